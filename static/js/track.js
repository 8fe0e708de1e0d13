// The tracking page's own: how often to ask next, and the map if the shop has one.
import { showMap } from "./map.js";

function after() {
  for (const part of document.querySelectorAll("[data-poll]")) {
    part.dataset.seconds = part.querySelector("[data-next-seconds]")?.dataset.nextSeconds || part.dataset.seconds;
  }
  showMap();
}

document.addEventListener("swapped", after);
after();
