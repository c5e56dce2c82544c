// Who was promised a call, and messages that nobody heard yet: read again every 15 seconds, done by keys.

import { api } from "./api.js";
import { sync } from "./clock.js";
import { drawer, h, kbd, put } from "./dom.js";
import { brokenRow, messageRow, promiseRow, whoText } from "./owed.js";
import { Player } from "./player.js";
import { LANGUAGES, load, setZone, t, time } from "./words.js";

const EVERY = 15_000;
const MOVES = { ArrowDown: 1, KeyJ: 1, ArrowUp: -1, KeyK: -1 };

class Page {
  constructor() {
    this.facts = { live: [], broken: [], messages: [] };
    this.asked = 0;
    this.player = new Player(() => this.draw());
    this.status = h("p", { class: "fresh", role: "status" });
    this.lists = ["live", "messages", "broken"].map((name) => h("ul", { class: "rows", "aria-labelledby": `${name}-title` }));
    const [live, messages, broken] = this.lists;
    this.drawLive = drawer(live, (rows) => filled(rows, "owed.none", (one) => promiseRow(one, (it) => this.ask(it))));
    this.drawMessages = drawer(messages, (rows, playing) => filled(rows, "owed.no_messages", (one) =>
      messageRow(one, { playing, play: (it) => this.player.toggle(it.id, whoText(it.who)), heard: (it) => this.heard(it) })));
    this.drawBroken = drawer(broken, (rows) => filled(rows, "owed.no_broken", brokenRow));
    const panel = (name, title, ...inside) => h("section", { class: `panel ${name}` }, h("h2", { id: `${name}-title`, text: title }), ...inside);
    this.element = h("div", { class: "page owed" },
      h("header", { class: "top" }, h("h1", { text: t("owed.title") }), this.status,
        h("p", { class: "tools muted" }, kbd("↑"), kbd("↓"), kbd("J"), kbd("K"), h("span", { text: t("owed.move") })),
        h("a", { class: "quiet", href: "/", text: t("owed.back") })),
      h("main", null, panel("live", t("owed.live"), live), panel("messages", t("owed.messages"), this.player.element, messages), panel("broken", t("owed.broken"), broken)));
    document.addEventListener("keydown", (event) => this.key(event) && event.preventDefault());
    document.addEventListener("visibilitychange", () => document.hidden || this.read());
  }

  // An answer that was overtaken by a later one is dropped.
  async read() {
    clearTimeout(this.next);
    this.asked += 1;
    const mine = this.asked;
    try {
      const [promises, messages] = await Promise.all([api.promises(), api.messages()]);
      if (mine !== this.asked) return;
      sync(promises.now);
      this.facts = { ...promises, ...messages };
      this.draw();
      this.say(t("owed.fresh", { time: time(promises.now) }));
    } catch (error) {
      if (error.status === 401) location.assign("/");
      if (mine === this.asked) this.say(this.facts.now ? `${error.message} ${t("owed.old", { time: time(this.facts.now) })}` : error.message, true);
    }
    if (mine === this.asked) this.next = setTimeout(() => this.read(), EVERY);
  }

  // Whoever is on a row stays on it; when it is gone, on the one that took its place.
  draw() {
    const before = this.rows();
    const at = before.indexOf(this.row());
    const code = document.activeElement?.dataset?.code;
    const key = before[at]?.dataset.key;
    this.drawLive(this.facts.live);
    this.drawMessages(this.facts.messages, this.player.playing);
    this.drawBroken(this.facts.broken);
    const rows = this.rows();
    const same = rows.find((one) => one.dataset.key === key);
    const target = same ?? rows[Math.min(Math.max(at, 0), rows.length - 1)];
    if (target) target.tabIndex = 0;
    if (at >= 0 && target && !target.contains(document.activeElement)) (same && code && target.querySelector(`[data-code="${code}"]`) || target).focus();
  }

  say(text, failed = false) {
    this.status.classList.toggle("failed", failed);
    put(this.status, text);
  }

  rows() {
    return [...this.element.querySelectorAll("li[data-key]")];
  }

  row() {
    return document.activeElement?.closest?.("li[data-key]");
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || document.querySelector("dialog[open]")) return false;
    if (event.target.matches?.("audio")) return false;
    const step = MOVES[event.code];
    if (step) return this.move(step);
    if (event.repeat || (event.key === "Enter" && event.target.matches?.("button, a"))) return false;
    const button = this.row()?.querySelector(`[data-code="${event.code === "NumpadEnter" ? "Enter" : event.code}"]`);
    button?.click();
    return Boolean(button);
  }

  move(step) {
    const rows = this.rows();
    const at = rows.indexOf(this.row());
    const target = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
    for (const one of rows) one.tabIndex = one === target ? 0 : -1;
    target?.focus();
    return true;
  }

  // The safe answer has the focus: a promise that was taken back is not given again.
  ask(promise) {
    const row = this.row();
    const dialog = h("dialog", { class: "sheet help", "aria-labelledby": "ask-title" },
      h("h2", { id: "ask-title", text: t("owed.ask", { who: whoText(promise.who) }) }),
      h("p", { text: t("owed.ask_lead") }),
      h("form", { method: "dialog", class: "row" },
        h("button", { autofocus: true, value: "", text: t("owed.keep") }),
        h("button", { class: "primary", value: "yes", text: t("owed.take_back") })));
    dialog.addEventListener("close", () => {
      dialog.remove();
      row?.focus();
      if (dialog.returnValue === "yes") this.done(api.cancelPromise(promise.id));
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  async heard(message) {
    if (await this.done(api.messageHeard(message.id))) this.player.forget(message.id);
  }

  async done(doing) {
    let problem;
    await doing.catch((error) => { problem = error; });
    await this.read();
    if (problem) this.say(problem.message, true);
    return !problem;
  }
}

function filled(rows, nothing, made) {
  return rows.length ? rows.map(made) : [h("li", { class: "empty", text: t(nothing) })];
}

async function begin() {
  const kept = localStorage.getItem("language");
  let me;
  try {
    me = await api.me();
  } catch {
    return location.assign("/");
  }
  setZone(me.zone);
  await load([me.language, kept].find((one) => one in LANGUAGES) ?? document.documentElement.lang);
  document.title = t("owed.title");
  const page = new Page();
  document.getElementById("page").replaceChildren(page.element);
  await page.read();
}

await begin();
