// Draws the sites of a pilot on a map. The list below the map does the same job without it.
"use strict";

(() => {
  const place = document.getElementById("map");
  const data = document.getElementById("map-data");
  if (!place || !data || !window.L) return;

  const { marks, tiles, attribution, closer, farther } = JSON.parse(data.textContent);
  place.hidden = false;
  document.querySelectorAll(".map-key").forEach((key) => { key.hidden = false; });

  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(place, { zoomControl: false, scrollWheelZoom: false, zoomAnimation: !still, fadeAnimation: !still, maxZoom: 19 });
  L.control.zoom({ zoomInTitle: closer, zoomOutTitle: farther }).addTo(map);
  map.attributionControl.setPrefix(false);
  if (tiles) L.tileLayer(tiles, { attribution: attribution, maxZoom: 19 }).addTo(map);

  const popup = (mark) => {
    const box = document.createElement("div");
    const link = document.createElement("a");
    link.href = mark.url;
    link.textContent = mark.name;
    box.append(link, document.createElement("br"), mark.label);
    return box;
  };
  // A marker has no element before the map has a view.
  map.fitBounds(L.latLngBounds(marks.map((mark) => mark.at)), { padding: [40, 40], maxZoom: 17 });
  for (const mark of marks) {
    const shape = document.createElement("span");
    shape.className = mark.arm === "pilot" ? "mark-pilot" : "mark-comparison";
    const icon = L.divIcon({ html: shape, className: "site-mark", iconSize: [44, 44], popupAnchor: [0, -14] });
    const drawn = L.marker(mark.at, { icon: icon, keyboard: true }).addTo(map).bindPopup(popup(mark), { closeButton: false });
    drawn.getElement().setAttribute("aria-label", mark.name + ", " + mark.label);
  }
})();
