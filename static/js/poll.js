// Keeps fragments fresh: asks with If-None-Match, swaps only what changed, and never while somebody works in it.
const SLOWEST = 120000;

export function startPolling() {
  for (const element of document.querySelectorAll("[data-poll]")) poll(element);
}

export function poll(element, onSwap = () => {}) {
  // Read each time: what came may ask for a quicker or slower beat.
  const usual = () => Number(element.dataset.seconds || 15) * 1000;
  const state = { etag: element.dataset.etag || "", wait: usual() };
  const tick = async () => {
    if (!document.hidden && !busy(element)) state.wait = (await ask(element, state, onSwap)) ? usual() : Math.min(state.wait * 2, SLOWEST);
    setTimeout(tick, state.wait);
  };
  setTimeout(tick, usual());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask(element, state, onSwap);
  });
}

async function ask(element, state, onSwap) {
  const headers = { "X-Fragment": element.dataset.fragment || "1" };
  if (state.etag) headers["If-None-Match"] = state.etag;
  try {
    const answer = await fetch(element.dataset.poll, { headers, credentials: "same-origin", cache: "no-store" });
    if (answer.status === 304) return true;
    if (!answer.ok || answer.redirected) return false;
    state.etag = answer.headers.get("ETag") || "";
    swap(element, await answer.text());
    onSwap(element);
    return true;
  } catch {
    // Offline: ask again later, more slowly.
    return false;
  }
}

// Replaces the content and keeps chosen rows, the row one is at, and the scroll position.
function swap(element, html) {
  const known = new Set([...element.querySelectorAll("[name=ids]")].map((box) => box.value));
  const chosen = new Set([...element.querySelectorAll("[name=ids]:checked")].map((box) => box.value));
  const at = element.querySelector(".row-at [name=ids]")?.value;
  const open = [...element.querySelectorAll("details[id][open]")].map((details) => details.id);
  const top = scrollY;
  element.innerHTML = html;
  for (const details of element.querySelectorAll("details[id]")) details.open = open.includes(details.id) || details.open;
  for (const box of element.querySelectorAll("[name=ids]")) {
    const row = box.closest("tr");
    box.checked = chosen.has(box.value);
    if (box.value === at) row.classList.add("row-at");
    if (known.size && !known.has(box.value)) row.classList.add("row-new");
  }
  scrollTo({ top, behavior: "instant" });
  document.dispatchEvent(new CustomEvent("swapped", { detail: element }));
}

function busy(element) {
  const written = [...element.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);
  return written || element.contains(document.activeElement) || document.querySelector("dialog[open], details.pop[open]") !== null;
}
