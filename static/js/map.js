// The courier on a map, only where map tiles are configured; the page's drawing says the same without them.
let kept = null;

export function showMap() {
  const place = document.querySelector("[data-map]");
  if (!place || !window.L) return;
  place.hidden = false;
  if (kept) {
    // The page was refreshed around it: the map keeps its tiles and zoom.
    place.replaceWith(kept.element);
    Object.assign(kept.element.dataset, place.dataset);
  } else {
    kept = draw(place);
  }
  kept.rider.setLatLng(courier(kept.element));
}

function draw(element) {
  const map = L.map(element, { attributionControl: true, zoomControl: false });
  L.tileLayer(element.dataset.tiles, { maxZoom: 19 }).addTo(map);
  const rider = L.circleMarker(courier(element), { radius: 9, className: "map-rider" }).addTo(map);
  const points = [courier(element)];
  if (element.dataset.doorLatitude) {
    const door = [Number(element.dataset.doorLatitude), Number(element.dataset.doorLongitude)];
    L.circleMarker(door, { radius: 7, className: "map-door" }).addTo(map);
    points.push(door);
  }
  map.fitBounds(L.latLngBounds(points), { padding: [32, 32], maxZoom: 16 });
  return { element, map, rider };
}

function courier(element) {
  return [Number(element.dataset.latitude), Number(element.dataset.longitude)];
}
