// Links marked data-dialog open their form in a <dialog>; without this module they are pages of their own.
export function startDialogs() {
  const dialog = document.getElementById("dialog");
  if (!dialog) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    openDialog(link.href);
  });
  for (const each of document.querySelectorAll("dialog")) closable(each);
  dialog.addEventListener("submit", submit);
}

export async function openDialog(url) {
  const dialog = document.getElementById("dialog");
  const answer = await fetch(url, { headers: { "X-Fragment": "dialog" }, credentials: "same-origin" });
  if (!answer.ok) {
    location.assign(url);
    return;
  }
  show(dialog, await answer.text());
}

async function submit(event) {
  const form = event.target.closest("form[data-action-form]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new FormData(form, event.submitter), headers: { "X-Fragment": "dialog" }, credentials: "same-origin",
    });
    await received(answer, form);
  } catch {
    // The network failed: the ordinary way shows the browser's own words and keeps the input.
    form.submit();
  }
}

async function received(answer, form) {
  const target = answer.headers.get("X-Location");
  if (answer.status === 204 && target) {
    location.assign(target);
  } else if (answer.status === 409 || answer.status === 422 || answer.headers.has("X-Dialog")) {
    show(document.getElementById("dialog"), await answer.text());
  } else {
    form.submit();
  }
}

function show(dialog, html) {
  dialog.querySelector("[data-dialog-body]").innerHTML = html;
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector("[autofocus], .field input:not([type=hidden]), .field select, .field textarea, .form-buttons button");
  first?.focus();
}

function closable(dialog) {
  dialog.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close]");
    if (close || event.target === dialog) {
      event.preventDefault();
      dialog.close();
    }
  });
}
