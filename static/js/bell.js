// Counts in the sidebar, and a ring when something new waits; asked every 15 seconds, answered 304 while nothing moved.
const EVERY = 15000;
const KEPT = "orderdesk.pulse";

export function startBell() {
  const url = document.body.dataset.pulse;
  if (!url) return;
  const kept = read();
  if (kept) showCounts(kept.counts);
  const state = { etag: "", newest: kept?.newest ?? null, unseen: 0 };
  wireButton();
  const tick = async () => {
    if (!document.hidden || rings()) await ask(url, state);
    setTimeout(tick, EVERY);
  };
  tick();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) announce(state, 0);
  });
}

async function ask(url, state) {
  try {
    const headers = state.etag ? { "If-None-Match": state.etag } : {};
    const answer = await fetch(url, { headers, credentials: "same-origin" });
    if (answer.status !== 200 || answer.redirected) return;
    state.etag = answer.headers.get("ETag") || "";
    const pulse = await answer.json();
    sessionStorage.setItem(KEPT, JSON.stringify(pulse));
    showCounts(pulse.counts);
    arrived(pulse.newest, state);
  } catch {
    // Offline or logged out; the next tick asks again.
  }
}

function arrived(newest, state) {
  const fresh = state.newest && Object.entries(newest).filter(([key, id]) => (id ?? 0) > (state.newest[key] ?? 0));
  state.newest = newest;
  if (!fresh?.length) return;
  announce(state, state.unseen + 1);
  document.dispatchEvent(new CustomEvent("arrived"));
  if (rings()) ring();
}

function announce(state, unseen) {
  state.unseen = unseen;
  const badge = document.querySelector(".bell-count");
  if (badge) {
    badge.hidden = unseen === 0;
    badge.textContent = String(unseen);
  }
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (unseen && document.hidden) document.title = `(${unseen}) ${document.title}`;
}

function showCounts(counts) {
  for (const element of document.querySelectorAll("[data-count]")) {
    const number = counts[element.dataset.count];
    element.textContent = number ? number.toLocaleString() : "";
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function rings() {
  return document.body.dataset.rings === "1";
}

function wireButton() {
  const button = document.querySelector("[data-bell]");
  button?.addEventListener("click", async () => {
    const on = !rings();
    document.body.dataset.rings = on ? "1" : "0";
    button.setAttribute("aria-pressed", String(on));
    if (on) ring();
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const body = new URLSearchParams({ rings: on ? "1" : "0" });
    await fetch(button.dataset.url, { method: "POST", body, headers: { "X-CSRFToken": token }, credentials: "same-origin" });
  });
}

// Two soft tones, made here so that no sound file is needed. Browsers allow it after the first click on the page.
function ring() {
  const context = new AudioContext();
  [[0, 880], [0.18, 1175]].forEach(([start, pitch]) => {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, context.currentTime + start);
    volume.gain.exponentialRampToValueAtTime(0.18, context.currentTime + start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + start + 0.32);
    tone.connect(volume).connect(context.destination);
    tone.start(context.currentTime + start);
    tone.stop(context.currentTime + start + 0.34);
  });
  setTimeout(() => context.close(), 900);
}
