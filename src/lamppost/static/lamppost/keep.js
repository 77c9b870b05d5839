// Sends what was pressed once and only once, also when the network fails in the middle.
// Each press has a key of its own; the server ignores a key that it has seen. Unsent presses stay
// on this phone until they are sent. Without this script the same forms are sent as they are.
"use strict";

(() => {
  const STORE = "lamppost-unsent";
  const box = document.getElementById("kept");
  let store;
  try {
    store = window.localStorage;
    store.setItem(STORE + "-test", "");
    store.removeItem(STORE + "-test");
  } catch (blocked) {
    return;
  }
  if (!box || !window.fetch || !window.crypto || !window.URLSearchParams) return;

  const read = () => {
    try { return JSON.parse(store.getItem(STORE)) || []; } catch (broken) { return []; }
  };
  const write = (items) => {
    if (items.length) store.setItem(STORE, JSON.stringify(items));
    else store.removeItem(STORE);
  };
  const drop = (key) => write(read().filter((item) => item.key !== key));

  if (box.dataset.forget) {
    write(read().filter((item) => item.of !== box.dataset.forget));
    return;
  }

  const here = new Map();  // key → form, of what was pressed on this page
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
  const token = () => (document.querySelector("[name=csrfmiddlewaretoken]") || {}).value || "";

  const say = (text, next) => {
    box.textContent = text;
    if (next) {
      const link = document.createElement("a");
      link.href = next;
      link.className = "tap";
      link.textContent = box.dataset.next;
      box.append(" ", link);
    }
    box.hidden = false;
  };

  const newToken = async () => {
    const page = await (await fetch(location.href)).text();
    const found = page.match(/name="csrfmiddlewaretoken" value="([^"]+)"/);
    if (found) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = found[1]; });
    return Boolean(found);
  };

  const post = async (item, again) => {
    const body = new URLSearchParams(item.fields);
    body.set("csrfmiddlewaretoken", token());
    body.set("key", item.key);
    body.set("waited", Math.max(0, (Date.now() - item.at) / 1000).toFixed(1));
    if (!here.has(item.key)) body.set("late", "yes");
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), 20000);
    try {
      const answer = await fetch(item.url, { method: "POST", body: body, headers: { Accept: "application/json" }, signal: stop.signal });
      const isRecord = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (isRecord) return await answer.json();
      if (answer.status === 403 && !again && await newToken()) return post(item, true);
      const final = answer.status >= 400 && answer.status < 500 && ![403, 408, 429].includes(answer.status);
      return final ? { taken: false, say: box.dataset.refused } : null;
    } catch (offline) {
      return null;
    } finally {
      clearTimeout(clock);
    }
  };

  const statementOf = (fields) => (fields.find((field) => field[0] === "statement") || [])[1];
  const isShown = (item) => here.has(item.key) || [...document.querySelectorAll("form.choices [name=statement]")].some((field) => field.value === statementOf(item.fields));

  const finish = (item, result) => {
    const form = here.get(item.key);
    if (result.show && form) {
      // There is something to read or to choose: the same form as a page, with the same key.
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = "key";
      field.value = item.key;
      form.append(field);
      form.submit();
      return false;
    }
    if (result.taken && isShown(item) && !read().some((other) => here.has(other.key))) {
      location.assign(result.next);
      return false;
    }
    say(result.taken ? box.dataset.sent : result.say || box.dataset.refused, result.next);
    return true;
  };

  let sending = false;
  const sendAll = async () => {
    if (sending) return;
    sending = true;
    try {
      for (let item = read()[0]; item; item = read()[0]) {
        const result = await post(item);
        if (!result) {
          if (read().length) say(box.dataset.kept);
          break;
        }
        drop(item.key);
        if (!finish(item, result)) break;
      }
    } finally {
      sending = false;
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-keep]") || event.submitter === undefined) return;
    const fields = [...new FormData(form)].filter((field) => typeof field[1] === "string" && field[0] !== "csrfmiddlewaretoken");
    if (event.submitter && event.submitter.name) fields.push([event.submitter.name, event.submitter.value]);
    const item = { url: form.action, fields: fields, key: newKey(), at: Date.now(), of: box.dataset.of };
    const about = statementOf(fields);
    const same = (other) => other.url === item.url && (about ? statementOf(other.fields) === about : here.has(other.key));
    try {
      // A second thought takes the place of the first one that is still here.
      write([...read().filter((other) => !same(other)), item]);
    } catch (full) {
      return;
    }
    event.preventDefault();
    here.set(item.key, form);
    if (navigator.onLine === false) say(box.dataset.kept);
    sendAll();
  });

  window.addEventListener("online", sendAll);
  window.addEventListener("pageshow", () => { if (read().length) sendAll(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && read().length) sendAll(); });
  setInterval(() => { if (read().length) sendAll(); }, 15000);
})();
