// Asks again by itself, as the page's own refresh does where there is no script: either leads on
// after so many seconds, or looks whether there is something new and leaves the page alone until then.
"use strict";

(() => {
  const node = document.querySelector("[data-again]");
  if (!node) return;
  const wait = Number(node.dataset.again) * 1000;
  const look = async () => {
    try {
      const answer = await fetch(location.href);
      if (answer.redirected) location.assign(answer.url);
    } catch (offline) {
      return;
    }
  };
  if (node.dataset.url) setTimeout(() => location.assign(node.dataset.url), wait);
  else setInterval(look, wait);
})();
