// Between calls: today's own numbers, what still needs a topic, and for supervisors who talks with whom.

import { api } from "./api.js";
import { countFrom, now } from "./clock.js";
import { LIVE, OVER } from "./calls.js";
import { drawer, h, hide, put } from "./dom.js";
import { icon, STATE_ICONS } from "./icons.js";
import { lacks } from "./outcomes.js";
import { callPlayer, playButton } from "./player.js";
import { shortName } from "./who.js";
import { dateKey, day, digits, phoneLabel, span, t, time, timer, topicLabel } from "./words.js";

const TAKEN = new Set(["talking", "held", "transferred", "wrapup"]);

export class Idle {
  constructor(me, { open }) {
    this.me = me;
    this.open = open;
    this.rows = [];
    this.earlier = [];
    this.topics = new Map(me.topics.map((topic) => [topic.id, topic]));
    this.taken = h("dd", null);
    this.talked = h("dd", null);
    this.open_ = h("dd", null);
    this.player = callPlayer(() => this.changed?.());
    this.note = h("p", { class: "status", role: "status" });
    this.todo = h("ul", { class: "rows", tabindex: "0", "aria-labelledby": "todo-title" });
    this.today = h("ul", { class: "rows", tabindex: "0", "aria-labelledby": "today-title" });
    this.floor = h("ul", { class: "rows", tabindex: "0", "aria-labelledby": "floor-title" });
    this.floorPanel = h("section", { class: "panel floor", hidden: true }, h("h2", { id: "floor-title", text: t("overview.title") }), this.floor);
    this.element = h("main", { class: me.phone ? "idle" : "idle watching", tabindex: "-1" },
      h("section", { class: "panel calm" },
        h("h1", { text: t(me.phone ? "idle.title" : "overview.title") }),
        h("p", { class: "lead", text: t(me.phone ? "idle.lead" : "idle.watching") }),
        h("dl", { class: "numbers" }, figure("idle.taken", this.taken), figure("idle.talked", this.talked), figure(me.outcome_required ? "idle.to_note_outcome" : "idle.to_note", this.open_)),
        this.note),
      h("section", { class: "panel todo" }, h("h2", { id: "todo-title", text: t(me.outcome_required ? "idle.todo_outcome" : "idle.todo") }), this.todo),
      h("div", { class: "right" },
        this.floorPanel,
        h("section", { class: "panel today" }, h("h2", { id: "today-title", text: t("idle.today") }), this.player.element, this.today)));
    this.drawTodo = drawer(this.todo, (rows, failed) => this.todoRows(rows, failed));
    this.drawToday = drawer(this.today, (rows) => this.todayRows(rows));
    this.drawFloor = drawer(this.floor, floorRows);
  }

  // An answer that was overtaken by a later one is dropped.
  async read() {
    const mine = (this.asked = {});
    try {
      const { calls, earlier } = await api.today();
      if (mine !== this.asked) return;
      this.rows = calls;
      this.earlier = earlier;
      this.failed = false;
    } catch {
      if (mine !== this.asked) return;
      this.failed = true;
    }
    this.changed?.();
  }

  // Nobody hears an old call into a new one.
  show(calls) {
    if (calls.shown) this.player.stop();
    const taken = this.rows.filter((row) => TAKEN.has(row.state));
    const waiting = this.waiting(calls, taken);
    put(this.taken, digits(taken.length));
    put(this.talked, span(taken.reduce((sum, row) => sum + (row.talked || 0), 0)));
    put(this.open_, digits(waiting.length));
    this.drawTodo(waiting, this.failed);
    this.drawToday(this.rows.filter((row) => !LIVE.has(row.state)), this.player.playing);
  }

  // Of the archive and of what the page itself saw end; the page knows the names.
  waiting(calls, taken) {
    const rows = new Map();
    for (const row of [...taken, ...this.earlier]) if (OVER.has(row.state)) rows.set(row.id, { ...row, who: row.number || row.caller_name || t("card.anonymous") });
    for (const card of calls.cards.values()) {
      if (!OVER.has(card.state)) continue;
      const row = rows.get(card.id);
      rows.set(card.id, { ...row, id: card.id, at: row?.at ?? card.arrived ?? card.since, talked: card.talked, topic: card.topic, outcome: card.outcome, lacks_outcome: undefined, who: shortName(card), away: calls.missed.has(card.id) });
    }
    return [...rows.values()].filter((row) => lacks(this.me, row)).sort((one, other) => other.at - one.at);
  }

  todoRows(rows, failed) {
    if (failed && !rows.length) return [h("li", { class: "failed" }, icon("warn"), h("span", { text: t("idle.failed") }))];
    if (!rows.length) return [h("li", { class: "empty good" }, icon("check"), h("span", { text: t(this.me.outcome_required ? "idle.todo_outcome_none" : "idle.todo_none") }))];
    return rows.map((row) => h("li", null,
      h("span", { class: "when", text: dateKey(row.at) === dateKey(now()) ? time(row.at) : `${day(row.at, now())} ${time(row.at)}` }),
      h("span", { class: "what" }, h("span", { text: row.who }), row.away && h("span", { class: "away", text: t("idle.while_away") })),
      h("span", { class: "with", text: row.talked === null || row.talked === undefined ? "" : timer(row.talked * 1000) }),
      h("button", { type: "button", class: "small", onclick: () => this.open(row.id) }, h("span", { text: t("idle.complete") }), h("span", { class: "unseen", text: row.who }))));
  }

  todayRows(rows) {
    if (!rows.length) return [h("li", { class: "empty", text: t("idle.today_none") })];
    return rows.map((row) => h("li", null,
      h("span", { class: "when", text: time(row.at) }),
      h("span", { class: "what" }, h("span", { text: row.number || row.caller_name || t("card.anonymous") }),
        h("span", { class: "note", text: TAKEN.has(row.state) ? topicLabel(this.topics.get(row.topic)) || row.topic || t("history.no_topic") : t("history.missed") }),
        playButton(row, row.number || t("card.anonymous"), this.player)),
      h("span", { class: "with", text: row.talked && TAKEN.has(row.state) ? timer(row.talked * 1000) : "" }),
      TAKEN.has(row.state) && h("button", { type: "button", class: "small quiet", onclick: () => this.open(row.id) }, h("span", { text: t("idle.open") }), h("span", { class: "unseen", text: row.number }))));
  }

  overview(rows) {
    hide(this.floorPanel, false);
    this.drawFloor(rows);
  }

  // A call of today's list as far as the archive knows it: number and note, no patient.
  pastCard(id) {
    const row = [...this.rows, ...this.earlier].find((one) => one.id === id);
    if (!row) return null;
    const state = row.state === "transferred" ? "transferred" : "wrapup";
    return {
      ...row, state, past: true, lookup: "past", failed: [], asking: [], hidden: [], patients: [], unknown: [], ended_by: "", called_number: "",
      number: { kind: row.key ? "other" : "anonymous", text: row.number, key: row.key }, since: row.at, arrived: row.at,
    };
  }
}

const figure = (key, value) => h("div", null, h("dt", { text: t(key) }), value);

function floorRows(rows) {
  if (!rows.length) return [h("li", { class: "empty", text: t("overview.none") })];
  return rows.map((row) => {
    const clock = h("span", { class: "with time" });
    countFrom(clock, row.since);
    const who = row.name || (row.people > 1 ? `${row.number.text} · ${t("overview.people", { n: row.people })}` : row.number.text || t("card.anonymous"));
    return h("li", { "data-state": row.state },
      h("span", { class: "when", text: phoneLabel(row.phone) }),
      h("span", { class: "what" }, h("span", { text: who }), h("span", { class: "note", text: row.member || row.queue })),
      h("span", { class: "dot" }, icon(STATE_ICONS[row.state]), h("span", { text: t(`state.${row.state}`) })), clock);
  });
}
