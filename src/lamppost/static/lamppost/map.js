// Draws the sites of a pilot on a map. The list below the map does the same job without it.
"use strict";

(() => {
  const place = document.getElementById("map");
  const data = document.getElementById("map-data");
  if (!place || !data || !window.L) return;

  const { marks, tiles, attribution, closer, farther, many } = JSON.parse(data.textContent);
  place.hidden = false;
  document.querySelectorAll(".map-key").forEach((key) => { key.hidden = false; });

  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(place, { zoomControl: false, scrollWheelZoom: false, zoomAnimation: !still, fadeAnimation: !still, maxZoom: 19 });
  L.control.zoom({ zoomInTitle: closer, zoomOutTitle: farther }).addTo(map);
  map.attributionControl.setPrefix(false);
  if (tiles) L.tileLayer(tiles, { attribution: attribution, maxZoom: 19 }).addTo(map);

  // More marks than these cover each other: those in one square are drawn as one, with their number.
  const FEW = 60;
  const SQUARE = 64;
  // Of so many at one spot the names are listed; the list below the map has all of them.
  const LISTED = 12;

  const link = (mark) => {
    const a = document.createElement("a");
    a.href = mark.url;
    a.textContent = mark.name;
    return a;
  };
  const popup = (group) => {
    const box = document.createElement("div");
    for (const mark of group.slice(0, LISTED)) box.append(link(mark), document.createElement("br"), mark.label, document.createElement("br"));
    return box;
  };
  const bounds = (group) => L.latLngBounds(group.map((mark) => mark.at));
  const labelOf = (group) => group.length > 1 ? many.replace("{count}", group.length) : group[0].name + ", " + group[0].label;
  const shapeOf = (group) => {
    const shape = document.createElement("span");
    shape.className = group.length > 1 ? "mark-many" : group[0].arm === "pilot" ? "mark-pilot" : "mark-comparison";
    if (group.length > 1) shape.textContent = group.length;
    return shape;
  };
  // A marker has no element before the map has a view.
  map.fitBounds(bounds(marks), { padding: [40, 40], maxZoom: 17 });
  const drawn = L.layerGroup().addTo(map);

  const draw = (group) => {
    const icon = L.divIcon({ html: shapeOf(group), className: "site-mark", iconSize: [44, 44], popupAnchor: [0, -14] });
    const apart = group.length > 1 && map.getZoom() < map.getMaxZoom() && !bounds(group).getNorthEast().equals(bounds(group).getSouthWest());
    // To move the map to a mark that takes the focus would draw all marks anew, that one too.
    const mark = L.marker(group.length > 1 ? bounds(group).getCenter() : group[0].at, { icon: icon, keyboard: true, autoPanOnFocus: marks.length <= FEW });
    drawn.addLayer(mark);
    const closer = () => map.fitBounds(bounds(group), { padding: [40, 40], maxZoom: Math.max(17, map.getZoom() + 1) });
    if (apart) mark.on("click", closer).on("keypress", ({ originalEvent }) => { if (originalEvent.key === "Enter") closer(); });
    else mark.bindPopup(popup(group), { closeButton: false });
    mark.getElement().setAttribute("aria-label", labelOf(group));
  };
  const groups = () => {
    const seen = map.getBounds().pad(0.3);
    const squares = new Map();
    for (const mark of marks) {
      if (!seen.contains(mark.at)) continue;
      const at = map.project(mark.at, map.getZoom()).divideBy(SQUARE).floor();
      const key = at.x + " " + at.y;
      if (!squares.has(key)) squares.set(key, []);
      squares.get(key).push(mark);
    }
    return [...squares.values()];
  };
  if (marks.length <= FEW) {
    for (const mark of marks) draw([mark]);
    return;
  }
  const again = () => {
    const focused = place.contains(document.activeElement) && document.activeElement.matches(".site-mark");
    drawn.clearLayers();
    for (const group of groups()) draw(group);
    const first = place.querySelector(".site-mark");
    if (focused && first) first.focus({ preventScroll: true });
  };
  again();
  map.on("moveend", again);
})();
