// "Show" beside a masked field: fetches this one value; without this module the whole page is shown again with it.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-unmask]");
  if (!form) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const answer = await fetch(form.action, {
    method: "POST", body: data, headers: { "X-Fragment": "value" }, credentials: "same-origin",
  });
  if (!answer.ok) return location.reload();
  form.parentElement.querySelector("[data-masked]").textContent = await answer.text();
  form.remove();
});
