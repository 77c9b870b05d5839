// Types a sheet of paper in without the mouse: 1, 2, 3 or 0 answers a statement and goes on to the
// next. Without this script, Tab and the arrow keys do the same.
"use strict";

(() => {
  const form = document.getElementById("sheet");
  if (!form) return;
  const VALUE = { 1: "agree", 2: "disagree", 3: "pass", 0: "" };
  const rows = Array.from(form.querySelectorAll("fieldset.ballot"));
  const number = form.querySelector("input[name=reference]");
  const hint = document.getElementById("sheet-keys");
  if (hint) hint.hidden = false;

  const radio = (row, value) => row.querySelector(`input[type=radio][value="${value}"]`);
  const focus = (place) => {
    const row = rows[place];
    if (!row) return form.querySelector("button:not([name])").focus();
    (row.querySelector("input:checked") || row.querySelector("input")).focus();
  };

  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === number) {
      if (event.key === "Enter" && rows.length && !form.querySelector(".ballot input:checked:not([value=''])")) {
        event.preventDefault();
        focus(0);
      }
      return;
    }
    const place = rows.findIndex((row) => row.contains(event.target));
    if (place < 0) return;
    if (event.key in VALUE) {
      const chosen = radio(rows[place], VALUE[event.key]);
      if (chosen) chosen.checked = true;
      focus(place + 1);
    } else if (event.key === "ArrowDown") focus(place + 1);
    else if (event.key === "ArrowUp") {
      if (place > 0) focus(place - 1);
      else if (number) number.focus();
    } else return;
    event.preventDefault();
  });

  if (!form.querySelector("[aria-invalid=true]") && (!number || number.value)) focus(0);
})();
