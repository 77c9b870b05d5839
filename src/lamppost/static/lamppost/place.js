// Lets a place be tapped on a map. The field for the address does the same without it.
"use strict";

(() => {
  const box = document.getElementById("place-map");
  const data = document.getElementById("place-data");
  const latitude = document.querySelector("input[name=latitude]");
  const longitude = document.querySelector("input[name=longitude]");
  if (!box || !data || !latitude || !longitude || !window.L) return;

  const { at, marks, tiles, attribution, closer, farther, chosen } = JSON.parse(data.textContent);
  const said = document.getElementById("place-said");
  const line = said.querySelector("p");
  box.hidden = said.hidden = false;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(box, { zoomControl: false, scrollWheelZoom: false, zoomAnimation: !still, fadeAnimation: !still, maxZoom: 19 });
  L.control.zoom({ zoomInTitle: closer, zoomOutTitle: farther }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl.setPrefix(false);
  if (tiles) L.tileLayer(tiles, { attribution: attribution, maxZoom: 19 }).addTo(map);

  const shape = (name) => {
    const span = document.createElement("span");
    span.className = name;
    return L.divIcon({ html: span, className: "site-mark", iconSize: [44, 44] });
  };
  for (const mark of marks) {
    L.marker(mark.at, { icon: shape("mark-comparison"), interactive: false, keyboard: false }).addTo(map).bindTooltip(mark.name, { permanent: true, direction: "bottom" });
  }
  let pin = null;
  const put = (place) => {
    if (pin) pin.remove();
    pin = place && L.marker(place, { icon: shape("mark-pilot"), keyboard: false, alt: chosen }).addTo(map);
    latitude.value = place ? place.lat.toFixed(5) : "";
    longitude.value = place ? place.lng.toFixed(5) : "";
    line.textContent = place ? line.dataset.some : line.dataset.none;
    document.getElementById("place-none").disabled = !place;
  };
  const known = latitude.value && longitude.value ? L.latLng(Number(latitude.value), Number(longitude.value)) : null;
  map.setView(known || at, 18);
  put(known);
  map.on("click", (event) => put(event.latlng));
  document.getElementById("place-centre").addEventListener("click", () => put(map.getCenter()));
  document.getElementById("place-none").addEventListener("click", () => put(null));
})();
