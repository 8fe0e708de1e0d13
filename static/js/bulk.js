// The bulk bar appears when a row is chosen; shift-click chooses a span.
export function startBulk() {
  const bar = document.querySelector("[data-bulk]");
  const table = document.querySelector("[data-rows]");
  if (!bar || !table) return;
  let last = null;
  const refresh = () => update(bar, table);
  table.addEventListener("click", (event) => {
    const box = event.target.closest("input[name=ids]");
    if (!box) return;
    if (event.shiftKey && last) span(table, last, box);
    last = box;
  });
  table.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) {
      for (const box of boxes(table)) box.checked = event.target.checked;
    }
    refresh();
  });
  bar.querySelector("[data-bulk-every]")?.addEventListener("change", refresh);
  document.addEventListener("swapped", refresh);
  addEventListener("pageshow", refresh);
  refresh();
}

// A deed on many rows goes on chunk by chunk; without this module a button does.
export function startContinuing() {
  const form = document.querySelector("form[data-continue]");
  if (form) setTimeout(() => form.requestSubmit(), 400);
}

function boxes(table) {
  return [...table.querySelectorAll("input[name=ids]")];
}

function span(table, from, to) {
  const all = boxes(table);
  const [low, high] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  for (const box of all.slice(Math.max(low, 0), high + 1)) box.checked = to.checked;
}

function update(bar, table) {
  const chosen = boxes(table).filter((box) => box.checked).length;
  const every = bar.querySelector("[data-bulk-every]");
  const all = every?.checked;
  bar.querySelector("[data-bulk-count]").textContent = all ? every.dataset.bulkEvery : String(chosen);
  bar.classList.toggle("idle", chosen === 0 && !all);
  bar.classList.toggle("stuck", chosen > 0 || all);
}
