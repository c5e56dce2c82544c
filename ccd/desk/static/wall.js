// The wall's screen: each queue's figures, large; no patient.  It comes back by itself for ever.
// Its address: /static/wall.html#WORD, and after it what is wished: &lang=uk&look=light.

import { countFrom, now } from "./clock.js";
import { h, hide, put } from "./dom.js";
import { Feed } from "./feed.js";
import { Rows } from "./rows.js";
import { digits, LANGUAGES, load, setZone, t, time } from "./words.js";

const REFUSED = 4403;
const LATER = 30_000;
const [word, ...wishes] = location.hash.slice(1).split("&");
const wished = new URLSearchParams(wishes.join("&"));

class Line extends Feed {
  // The word never stands in a request: no log has it.
  opened(socket) {
    socket.send(decodeURIComponent(word));
  }

  closed({ code }) {
    this.longest = code === REFUSED ? LATER : 5_000;
    if (code === REFUSED) {
      this.tries = 10;
      this.tell("refused");
    }
    this.drop();
  }
}

class Wall {
  constructor() {
    this.rows = new Rows();
    this.cards = new Map();
    this.clock = h("p", { class: "clock" });
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    this.grid = h("div", { class: "grid" });
    this.none = h("p", { class: "none", hidden: true });
    document.getElementById("wall").replaceChildren(h("header", null, h("h1", null), this.trouble, this.clock), this.grid, this.none);
  }

  // Rows as they come: what changes while the words are fetched is newer than what there was at first.
  async hear(message) {
    this.rows.take(message);
    this.stale = message.stale;
    if (message.whole) await this.begin(message.facts);
    if (!this.facts) return;
    this.say(this.stale ? t("live.stale") : "");
    this.draw();
  }

  async begin(facts) {
    setZone(facts.zone);
    await load([wished.get("lang"), facts.language].find((one) => one in LANGUAGES) ?? "en", "live.");
    this.facts = facts;
    document.title = t("wall.title");
    put(document.querySelector("h1"), t("wall.title"));
    for (const card of this.cards.values()) card.element.remove();
    this.cards.clear();
    this.tick();
  }

  say(text) {
    put(this.trouble, text);
    hide(this.trouble, !text);
  }

  draw() {
    const rows = this.rows.all("queues").sort((one, other) => one.place - other.place);
    for (const [id, card] of this.cards) if (!rows.some((row) => row.id === id)) this.remove(id, card);
    for (const row of rows) this.card(row).draw(row);
    put(this.none, this.facts ? t("wall.none") : "");
    hide(this.none, rows.length > 0);
    hide(this.grid, rows.length === 0);
    this.grid.dataset.many = Math.min(rows.length, 12);
    this.tick();
  }

  remove(id, card) {
    card.element.remove();
    this.cards.delete(id);
  }

  card(row) {
    if (!this.cards.has(row.id)) {
      const card = new Card(row, this.facts);
      this.cards.set(row.id, card);
      this.grid.append(card.element);
    }
    return this.cards.get(row.id);
  }

  tick() {
    if (this.facts) put(this.clock, time(now()));
    for (const card of this.cards.values()) card.mark();
  }
}

class Card {
  constructor(row, facts) {
    this.facts = facts;
    this.waiting = h("strong", null);
    this.longest = h("dd", null);
    this.sign = h("span", { class: "sign", "aria-hidden": "true", text: "⚠" });
    this.figures = Object.fromEntries(["ready", "calls", "paused", "answered", "abandoned", "level"].map((name) => [name, h("dd", null)]));
    this.element = h("section", { class: "queue" },
      h("h2", { text: row.id }),
      h("p", { class: "waiting" }, this.waiting, h("span", { text: t("wall.waiting") })),
      h("dl", { class: "longest" }, h("div", null, h("dt", { text: t("wall.longest") }), this.longest, this.sign)),
      h("dl", { class: "figures" }, Object.entries(this.figures).map(([name, value]) => h("div", null, value, h("dt", { text: t(`wall.${name}`) })))));
  }

  draw(row) {
    this.since = row.longest;
    put(this.waiting, digits(row.waiting));
    countFrom(this.longest, row.longest);
    if (row.longest === null) put(this.longest, "–");
    const calls = row.talking + row.ringing + row.busy;
    const level = row.level === null ? "–" : `${digits(row.level)} %`;
    for (const [name, value] of Object.entries({ ...row, calls, level })) if (name in this.figures) put(this.figures[name], typeof value === "number" ? digits(value) : value);
    this.element.dataset.waits = String(row.waiting > 0);
    this.mark();
  }

  // Too long a wait: a sign and a frame, not colour alone.
  mark() {
    this.element.dataset.long = String(this.since !== null && now() - this.since > this.facts.long_wait * 1000);
  }
}

document.documentElement.dataset.look = wished.get("look") === "light" ? "light" : "dark";
const wall = new Wall();
const line = new Line("/ws/wall");
line.addEventListener("wall", (event) => wall.hear(event.detail));
line.addEventListener("lost", () => wall.facts && wall.say(t("live.offline")));
line.addEventListener("refused", async () => {
  if (!wall.facts) await load([wished.get("lang"), navigator.language.slice(0, 2)].find((one) => one in LANGUAGES) ?? "en", "live.");
  wall.facts = null;
  wall.rows.take({ whole: true });
  wall.draw();
  wall.say(t("wall.refused"));
});
line.connect();
setInterval(() => wall.tick(), 500);
