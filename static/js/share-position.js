// Sends the courier's position while the page is open and the button is on.
const EVERY = 5000;

for (const box of document.querySelectorAll("[data-share]")) {
  if ("geolocation" in navigator) offer(box);
}

function offer(box) {
  const button = box.querySelector("button");
  const words = box.querySelector("[role=status]");
  let watch = null;
  let last = 0;
  box.hidden = false;
  const off = (why = "") => {
    navigator.geolocation.clearWatch(watch);
    watch = null;
    show(why);
  };
  const show = (why) => {
    button.setAttribute("aria-pressed", String(watch !== null));
    button.textContent = watch === null ? box.dataset.off : box.dataset.on;
    words.textContent = why;
  };
  button.addEventListener("click", () => {
    if (watch !== null) return off();
    watch = navigator.geolocation.watchPosition(
      ({ coords }) => {
        if (Date.now() - last < EVERY) return;
        last = Date.now();
        send(box, coords).then((over) => over && off());
      },
      // A lift or a tunnel answers "not now": only a refusal ends it.
      (problem) => problem.code === problem.PERMISSION_DENIED && off(box.dataset.denied),
      { enableHighAccuracy: true, maximumAge: EVERY },
    );
    show("");
  });
}

// True when the run is over and nothing more is wanted.
async function send(box, { latitude, longitude, accuracy }) {
  try {
    const answer = await fetch(box.dataset.share, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Form-Token": box.dataset.token },
      body: JSON.stringify({ latitude, longitude, accuracy }),
    });
    return answer.status === 403 || answer.status === 409;
  } catch {
    // Offline: the next position is sent when there is one.
    return false;
  }
}
