// Small menus (<details>) close on Escape, on a click elsewhere, and when another opens.
const OPEN = "details.pop[open], details.me[open]";

export function startPops() {
  document.addEventListener("click", (event) => closeAll(event.target.closest("details")));
  document.addEventListener("keydown", (event) => {
    const open = document.querySelector(OPEN);
    if (event.key === "Escape" && open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });
  const menu = document.querySelector("[data-menu]");
  menu?.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("sidebar")?.classList.toggle("open");
  });
}

function closeAll(except) {
  for (const pop of document.querySelectorAll(OPEN)) {
    if (pop !== except) pop.open = false;
  }
}
