// The page of cancelling: − and + beside quantities, and one box that chooses everything. Works without.
const all = document.getElementById("everything");
const fields = [...document.querySelectorAll(".pick input")];
const most = (field) => (field.type === "checkbox" ? 1 : Number(field.max));
const chosen = (field) => (field.type === "checkbox" ? Number(field.checked) : Number(field.value || 0));

function set(field, units) {
  if (field.type === "checkbox") field.checked = units > 0;
  else field.value = units > 0 ? String(Math.min(units, most(field))) : "";
}

for (const stepper of document.querySelectorAll("[data-stepper]")) {
  const field = stepper.querySelector("input");
  for (const button of stepper.querySelectorAll("[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      set(field, chosen(field) + Number(button.dataset.step));
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
for (const field of fields) {
  field.addEventListener("input", () => {
    if (all) all.checked = fields.every((each) => chosen(each) === most(each));
  });
}
all?.addEventListener("input", () => {
  for (const field of fields) set(field, all.checked ? most(field) : 0);
});
