// The supervisor's live page: queues, who waits how long, who talks with whom, who paused why.

import { api } from "./api.js";
import { now } from "./clock.js";
import { h, hide, kbd, put } from "./dom.js";
import { Feed } from "./feed.js";
import { STATES } from "./floor_cells.js";
import { agents, queues, waiting } from "./floor_tables.js";
import { icon } from "./icons.js";
import { isTyping } from "./keys.js";
import { Rows } from "./rows.js";
import { signedIn } from "./session.js";
import { current, digits, phoneLabel, t } from "./words.js";

const FILTERS = { all: STATES, ready: ["ready"], calls: ["talking", "held", "ringing", "busy"], wrapup: ["wrapup"], paused: ["paused"], away: ["away"] };
const MOVES = { ArrowDown: 1, KeyJ: 1, ArrowUp: -1, KeyK: -1 };

class Line extends Feed {
  async mayReturn() {
    try {
      await api.me();
      return true;
    } catch (error) {
      if (error.status === 401) location.assign("/");
      throw error;
    }
  }
}

class Page {
  constructor() {
    this.rows = new Rows();
    this.chosen = "all";
    this.link = h("span", { class: "link", "data-state": "connecting" }, h("span", { class: "lamp" }), h("span", { text: t("top.connecting") }));
    this.banner = h("div", { class: "banner", role: "alert", hidden: true }, icon("warn"), h("p", null));
    this.queue = h("select", { id: "queue", onchange: () => this.draw() }, h("option", { value: "", text: t("live.every_queue") }));
    this.text = h("input", { id: "find", type: "search", placeholder: t("live.find"), "aria-label": t("live.find"), maxlength: 60, oninput: () => this.draw() });
    this.chips = Object.keys(FILTERS).map((name, place) => h("button", { type: "button", class: "chip", "aria-pressed": String(name === "all"), "data-filter": name, onclick: () => this.choose(name) },
      kbd(String(place + 1)), h("span", { text: t(`live.filter.${name}`) }), h("strong", null)));
    this.formula = h("p", { class: "muted formula" });
    this.element = h("div", { class: "page live" },
      h("header", { class: "top" }, h("h1", { text: t("live.title") }), this.link,
        h("div", { class: "find", role: "search" }, kbd("Q"), h("label", { class: "unseen", for: "queue", text: t("live.queue") }), this.queue, kbd("/"), this.text),
        h("p", { class: "tools muted" }, kbd("J"), kbd("K"), h("span", { text: t("owed.move") }), kbd("S"), h("span", { text: t("live.key_sort") })),
        h("a", { class: "quiet", href: `/static/wall.html#&lang=${current()}`, target: "ccd-wall", text: t("live.wall") }),
        h("a", { class: "quiet", href: "/", text: t("owed.back") }), this.banner),
      h("main", null));
    document.addEventListener("keydown", (event) => this.key(event) && event.preventDefault());
  }

  begin(facts) {
    const [all, line, people] = this.tables = [queues(facts), waiting(facts), agents()];
    put(this.formula, t("live.formula", { seconds: digits(facts.answer_within), formula: t(`live.formula.${facts.formula}`) }));
    this.element.querySelector("main").replaceChildren(
      h("section", { class: "panel queues" }, h("div", { class: "line" }, all.title, this.formula), all.element),
      h("section", { class: "panel waiting" }, line.title, line.element),
      h("section", { class: "panel agents" }, h("div", { class: "line" }, people.title, h("div", { class: "chips", role: "group", "aria-label": t("live.state") }, this.chips)), people.element));
  }

  hear(message) {
    if (message.whole) this.begin(message.facts);
    this.rows.take(message);
    this.online(message.stale);
    if (message.rows || message.gone || message.whole) this.draw();
  }

  online(stale) {
    this.link.dataset.state = "online";
    put(this.link.lastChild, t("top.online"));
    this.warn(stale ? t("live.stale") : "");
  }

  lost() {
    this.link.dataset.state = "offline";
    put(this.link.lastChild, t("top.offline"));
    this.warn(t("live.offline"));
  }

  warn(text) {
    put(this.banner.querySelector("p"), text);
    hide(this.banner, !text);
  }

  draw() {
    if (!this.tables) return;
    const [all, line, people] = this.tables;
    this.drawQueues();
    const queue = this.queue.value;
    const wanted = this.text.value.trim().toLowerCase();
    const found = this.rows.all("agents").filter((row) => (!queue || row.queues.includes(queue)) && (!wanted || said(row).includes(wanted)));
    for (const chip of this.chips) put(chip.querySelector("strong"), digits(found.filter((row) => FILTERS[chip.dataset.filter].includes(row.state)).length));
    all.show(this.rows.all("queues").sort((one, other) => one.id.localeCompare(other.id)));
    line.show(this.rows.all("waiting").filter((row) => (!queue || row.queue === queue) && (!wanted || said(row).includes(wanted))));
    people.show(found.filter((row) => FILTERS[this.chosen].includes(row.state)));
    put(people.empty, t(this.rows.all("agents").length ? "live.no_agents" : "live.nobody"));
    put(line.title, t("live.who_waits_n", { n: line.rows.length }));
    put(people.title, t("live.agents_n", { n: people.rows.length }));
    this.keepPlace();
  }

  drawQueues() {
    const names = ["", ...this.rows.all("queues").map((row) => row.id).sort()];
    const known = [...this.queue.options].map((one) => one.value);
    if (names.join("\n") === known.join("\n")) return;
    const chosen = this.queue.value;
    this.queue.replaceChildren(...names.map((name) => h("option", { value: name, text: name || t("live.every_queue") })));
    this.queue.value = names.includes(chosen) ? chosen : "";
  }

  choose(name) {
    this.chosen = name;
    for (const chip of this.chips) chip.setAttribute("aria-pressed", String(chip.dataset.filter === name));
    this.draw();
  }

  // One row of all tables can be reached by Tab.
  keepPlace() {
    const rows = this.places();
    if (!rows.some((one) => one.tabIndex === 0) && rows.length) rows[0].tabIndex = 0;
  }

  places() {
    return [...this.element.querySelectorAll("tr[data-id]")];
  }

  move(step) {
    const rows = this.places();
    const at = rows.indexOf(document.activeElement?.closest?.("tr[data-id]"));
    const target = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
    for (const one of rows) one.tabIndex = one === target ? 0 : -1;
    target?.focus();
    return true;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
    if (event.key === "Escape") return this.clear();
    if (isTyping() || event.shiftKey) return false;
    const digit = /^(?:Digit|Numpad)([1-6])$/.exec(event.code);
    if (digit) return this.choose(Object.keys(FILTERS)[digit[1] - 1]) || true;
    if (MOVES[event.code]) return this.move(MOVES[event.code]);
    const action = { KeyQ: () => this.nextQueue(), KeyS: () => this.nextSort(), Slash: () => this.text.focus() }[event.code];
    return action ? action() || true : false;
  }

  clear() {
    this.text.value = "";
    document.activeElement?.blur?.();
    this.queue.value = "";
    return this.choose("all") || true;
  }

  nextQueue() {
    this.queue.selectedIndex = (this.queue.selectedIndex + 1) % this.queue.options.length;
    this.draw();
  }

  // Of the table that one stands in; else of the agents'.
  nextSort() {
    const inside = document.activeElement?.closest?.(".waiting");
    this.tables?.[inside ? 1 : 2].nextSort();
  }
}

const said = (row) => [row.name, phoneLabel(row.id), row.reason, row.queue, row.who?.name, row.who?.number, row.who?.line_name].filter(Boolean).join(" ").toLowerCase();

// A wait that is longer than it may be is marked when it becomes so: a sign and a word, not colour alone.
function markLong() {
  for (const clock of document.querySelectorAll("[data-long]")) {
    const long = now() > Number(clock.dataset.long);
    clock.classList.toggle("long", long);
    if (long) clock.setAttribute("aria-description", t("live.long"));
  }
}

async function begin() {
  const me = await signedIn("live.title", "live.");
  if (!me) return;
  if (!me.oversees) return document.getElementById("page").replaceChildren(h("p", { role: "alert", class: "no-script", text: t("error.role") }));
  const page = new Page();
  document.getElementById("page").replaceChildren(page.element);
  const line = new Line("/ws/floor");
  line.addEventListener("floor", (event) => page.hear(event.detail));
  line.addEventListener("lost", () => page.lost());
  line.connect();
  setInterval(markLong, 500);
}

await begin();
