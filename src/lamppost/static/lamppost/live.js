// Looks every second whether something new came in, and shows it without a new page; never while
// the page is hidden. Ticks, open details, the focus and what is being typed stay. Without this
// script the page is reloaded by hand.
"use strict";

(() => {
  const root = () => document.querySelector("[data-live]");
  if (!root() || !window.fetch || !window.DOMParser) return;
  document.querySelectorAll("[data-live-said]").forEach((said) => { said.hidden = false; });
  const named = (one) => `[name="${CSS.escape(one.name)}"][value="${CSS.escape(one.value)}"]`;

  const show = (fresh) => {
    const now = root();
    const ticked = [...now.querySelectorAll("input[type=checkbox]:checked")].map(named);
    const opened = [...now.querySelectorAll("details")].map((one) => one.open);
    const typed = [...now.querySelectorAll("select, input[type=text], input[type=search]")].map((one) => [one.name, one.value]);
    const focus = now.contains(document.activeElement) ? document.activeElement : null;
    const place = focus && (focus.id ? `#${CSS.escape(focus.id)}` : focus.name ? named(focus) : focus.getAttribute("href") && `a[href="${CSS.escape(focus.getAttribute("href"))}"]`);
    const put = document.importNode(fresh, true);
    now.replaceWith(put);
    for (const one of ticked) { const box = put.querySelector(one); if (box) box.checked = true; }
    put.querySelectorAll("details").forEach((one, at) => { if (opened[at]) one.open = true; });
    for (const [name, value] of typed) { const field = name && put.querySelector(`[name="${CSS.escape(name)}"]`); if (field) field.value = value; }
    put.querySelectorAll("[data-live-said]").forEach((said) => { said.hidden = false; });
    const again = place && put.querySelector(place);
    if (again) again.focus({ preventScroll: true });
  };

  let busy = false;
  const look = async () => {
    if (busy || document.hidden) return;
    busy = true;
    try {
      const now = root();
      const answer = await fetch(now.dataset.liveUrl, { headers: { "If-None-Match": `"${now.dataset.live}"` }, cache: "no-store", redirect: "error" });
      if (answer.status === 204) {
        const page = await fetch(location.href, { cache: "no-store", redirect: "error" });
        const fresh = page.ok && new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[data-live]");
        if (fresh) show(fresh);
      }
    } catch (offline) {
      return;
    } finally {
      busy = false;
    }
  };
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
})();
