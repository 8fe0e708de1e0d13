// "Another product" on the form of a new order: a row is added in place; without this module the server adds it.
const table = document.querySelector("[data-lines]");
const total = document.querySelector("[name=lines-TOTAL_FORMS]");

document.querySelector("[data-more]")?.addEventListener("click", (event) => {
  if (!table || !total) return;
  event.preventDefault();
  const number = Number(total.value);
  const row = table.tBodies[0].rows[0].cloneNode(true);
  for (const element of row.querySelectorAll("[name], [for]")) renumber(element, number);
  for (const error of row.querySelectorAll(".error")) error.remove();
  table.tBodies[0].append(row);
  total.value = String(number + 1);
  row.querySelector("input").focus();
});

function renumber(element, number) {
  for (const name of ["name", "id", "for"]) {
    const value = element.getAttribute(name);
    if (value) element.setAttribute(name, value.replace(/lines-\d+-/, `lines-${number}-`));
  }
  if (element.name) element.value = element.name.endsWith("-quantity") ? "1" : "";
}
