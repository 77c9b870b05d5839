// Looks every three seconds whether the room has moved on, and shows it without a new page.
// On the large screen the arrow keys press the buttons. Without this script the page reloads itself.
"use strict";

(() => {
  const root = () => document.querySelector("[data-room]");
  if (!root() || !window.fetch || !window.DOMParser) return;

  const look = async () => {
    const now = root();
    try {
      const answer = await fetch(now.dataset.room, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const found = await answer.json();
      const counts = now.dataset.answered !== undefined;
      if (found.state === now.dataset.state && (!counts || String(found.answered) === now.dataset.answered)) return;
      const page = await (await fetch(location.pathname)).text();
      const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-room]");
      if (!fresh) return;
      const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.key : undefined;
      now.replaceWith(document.importNode(fresh, true));
      const again = focused && document.querySelector(`[data-key="${focused}"]`);
      if (again) again.focus();
    } catch (offline) {
      return;
    }
  };
  setInterval(look, 3000);

  const keys = { ArrowRight: "next", PageDown: "next", ArrowLeft: "previous", PageUp: "previous", c: "close", C: "close" };
  const swapped = document.documentElement.dir === "rtl" ? { ArrowRight: "previous", ArrowLeft: "next" } : {};
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
    const name = swapped[event.key] || keys[event.key];
    const button = name && document.querySelector(`[data-key="${name}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
