// Reads the queue by keyboard. Every key presses a button that is on the page, so that nothing
// here is needed. Keys work while the focus is on the page or in the queue, never in a field.
"use strict";

(() => {
  const list = document.getElementById("queue");
  const help = document.getElementById("keys");
  const undo = document.querySelector('[data-key="u"]');
  const items = list ? Array.from(list.querySelectorAll("[data-item]")) : [];
  const PLACE = "lamppost-queue-place";
  const OFF = "lamppost-queue-keys-off";
  const keep = (name, value) => { try { sessionStorage.setItem(name, value); } catch (blocked) { /* no memory, no harm */ } };
  const kept = (name) => { try { return sessionStorage.getItem(name); } catch (blocked) { return null; } };

  let on = kept(OFF) !== "yes";
  if (help) {
    help.hidden = false;
    const button = help.querySelector("button");
    const show = () => {
      button.textContent = on ? button.dataset.on : button.dataset.off;
      button.setAttribute("aria-pressed", String(on));
    };
    button.addEventListener("click", () => {
      on = !on;
      keep(OFF, on ? "no" : "yes");
      show();
    });
    show();
  }

  const current = () => items.findIndex((item) => item.contains(document.activeElement));
  const go = (place) => {
    const item = items[Math.max(0, Math.min(place, items.length - 1))];
    if (!item) return;
    // Words of one device are folded up.
    if (item.parentElement.closest("details")) item.parentElement.closest("details").open = true;
    item.focus();
    item.scrollIntoView({ block: "nearest" });
  };
  const press = (place, element) => {
    keep(PLACE, String(place));
    element.click();
  };

  const act = (key) => {
    const place = current();
    if (key === "j" || key === "ArrowDown") return go(place + 1), true;
    if (key === "k" || key === "ArrowUp") return go(place < 0 ? 0 : place - 1), true;
    if (key === "?" && help) {
      help.open = !help.open;
      help.querySelector("summary").focus();
      return true;
    }
    if (key === "u" && undo) return press(Math.max(place, 0), undo), true;
    if (place < 0) return false;
    const target = items[place].querySelector(`[data-key="${key}"]`);
    if (!target || (key !== "a" && key !== "d")) return false;
    if (key === "a") return press(place, target), true;
    target.open = true;
    keep(PLACE, String(place));
    target.querySelector("input[name=reason]").focus();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest("[data-item]")) return go(current());
    if (!on || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    const arrow = event.key.startsWith("Arrow");
    if (arrow && current() < 0) return;  // the page scrolls as usual
    if (act(event.key)) event.preventDefault();
  });

  // After a decision the next words are in front, where the last ones were.
  if (undo && kept(PLACE) !== null) go(Number(kept(PLACE)));
  try { sessionStorage.removeItem(PLACE); } catch (blocked) { /* as above */ }
})();
