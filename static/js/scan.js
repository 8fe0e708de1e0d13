// A USB scanner types fast and ends with Enter: the marked input keeps the focus, so that one can scan and scan.
//   <form data-scan method="post"> <input data-scan-input> … </form>   result lines go to [data-scan-log]
export function startScanner() {
  for (const form of document.querySelectorAll("form[data-scan]")) wire(form);
}

function wire(form) {
  const input = form.querySelector("[data-scan-input]");
  const log = document.querySelector("[data-scan-log]");
  const waiting = [];
  let sending = false;
  const keep = () => {
    if (!document.querySelector("dialog[open]") && !elsewhere(form)) input.focus({ preventScroll: true });
  };
  input.focus();
  form.addEventListener("focusout", () => setTimeout(keep, 50));
  addEventListener("focus", keep);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = input.value.trim();
    input.value = "";
    if (code) waiting.push(code);
    if (!sending) drain();
  });
  // One at a time, in the order scanned: the server's answer decides the next step of the same order.
  async function drain() {
    sending = true;
    while (waiting.length) await send(form, input.name, waiting.shift(), log);
    sending = false;
    keep();
  }
}

async function send(form, name, code, log) {
  const body = new FormData(form);
  body.set(name, code);
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "scan" }, credentials: "same-origin" });
    write(log, await answer.text(), answer.ok);
  } catch {
    write(log, "", false, code);
  }
}

function write(log, html, good, code = "") {
  if (!log) return;
  const line = document.createElement("li");
  line.className = good ? "scan-good" : "scan-bad";
  if (html) line.innerHTML = html;
  else line.textContent = `${code} ✕`;
  log.prepend(line);
}

function elsewhere(form) {
  const at = document.activeElement;
  return at !== null && at !== document.body && !form.contains(at) && at.matches("input, textarea, select, a, button, summary");
}
