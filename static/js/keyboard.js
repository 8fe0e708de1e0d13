// ⌘K search, `/` list search, j k x Enter on rows, [ ] neighbours, ? help, and one letter per action.
import { openDialog } from "./dialog.js";

export function startKeyboard() {
  document.addEventListener("keydown", pressed);
  startCommand();
}

function pressed(event) {
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openCommand();
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const job = JOBS[event.key] ?? actionFor(event.key);
  if (job?.(event)) event.preventDefault();
}

function typing(element) {
  return element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

const JOBS = {
  "/": () => focusSearch(),
  "?": () => open("keys"),
  j: () => move(1),
  k: () => move(-1),
  x: () => pick(),
  Enter: (event) => (event.target === document.body ? follow("tr.row-at th a") : false),
  "[": () => follow("a[rel=prev]"),
  "]": () => follow("a[rel=next]"),
};

function focusSearch() {
  const box = document.querySelector("[data-list-search]");
  if (!box) return openCommand();
  box.focus();
  box.select();
  return true;
}

function open(id) {
  document.getElementById(id)?.showModal();
  return true;
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-rows] tbody tr")];
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.classList.contains("row-at"));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  rows[at]?.classList.remove("row-at");
  next.classList.add("row-at");
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function pick() {
  const box = document.querySelector("tr.row-at input[name=ids]");
  box?.click();
  return Boolean(box);
}

function follow(selector) {
  const link = document.querySelector(selector);
  link?.click();
  return Boolean(link);
}

function actionFor(key) {
  const link = document.querySelector(`a[data-dialog][data-key="${CSS.escape(key)}"]`);
  return link ? () => (openDialog(link.href), true) : undefined;
}

// ── command search ──
function openCommand() {
  const dialog = document.getElementById("command");
  if (!dialog) return false;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input[type=search]").select();
  return true;
}

function startCommand() {
  const dialog = document.getElementById("command");
  if (!dialog) return;
  for (const link of document.querySelectorAll("[data-command]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      openCommand();
    });
  }
  const form = dialog.querySelector("form");
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask(form, dialog), 160);
  });
  form.addEventListener("keydown", (event) => choose(event, dialog));
}

async function ask(form, dialog) {
  const text = form.elements.q.value;
  const answer = await fetch(form.action, {
    method: "POST", body: new FormData(form), headers: { "X-Fragment": "hits" }, credentials: "same-origin",
  });
  // A slow answer to an older text must not replace a newer one.
  if (answer.ok && form.elements.q.value === text) {
    dialog.querySelector("[data-hits]").innerHTML = await answer.text();
  }
}

function choose(event, dialog) {
  if (event.key === "Escape") {
    // A search box would first only empty itself.
    event.preventDefault();
    dialog.close();
    return;
  }
  const hits = [...dialog.querySelectorAll(".hit-list li")];
  const at = hits.findIndex((hit) => hit.classList.contains("row-at"));
  if (event.key === "Enter" && at >= 0 && !event.isComposing) {
    event.preventDefault();
    hits[at].querySelector("a").click();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !hits.length) return;
  event.preventDefault();
  hits[at]?.classList.remove("row-at");
  const next = hits[(at + step + hits.length) % hits.length];
  next.classList.add("row-at");
  next.scrollIntoView({ block: "nearest" });
}
