// The calls that a figure is made of.

import { api } from "./api.js";
import { now } from "./clock.js";
import { h } from "./dom.js";
import { outcomeLabel } from "./outcomes.js";
import { callPlayer, playButton } from "./player.js";
import { day, t, time, timer, topicLabel } from "./words.js";

const COLUMNS = ["at", "number", "who", "how", "talked", "topic"];

export class Behind {
  // `closed` gives the focus back to where it came from.
  constructor(me, { closed, narrowed }) {
    this.me = me;
    this.closed = closed;
    this.narrowed = narrowed;
    this.title = h("h2", { id: "behind-title", tabindex: "-1" });
    this.close = h("button", { type: "button", class: "small", onclick: () => this.hide() }, h("span", { text: t("reports.close") }), h("kbd", { "aria-hidden": "true", text: t("key.esc") }));
    this.narrow = h("button", { type: "button", class: "small", text: t("reports.by_day"), onclick: () => this.narrowed(this.row) });
    this.side = h("button", { type: "button", class: "small", onclick: () => this.turn() });
    this.body = h("tbody", null);
    this.player = callPlayer(() => this.mark());
    this.calls = [];
    this.heard = h("th", { scope: "col", text: t("recording.column") });
    this.note = h("p", { class: "muted", role: "status" });
    this.element = h("section", { class: "panel behind", "aria-labelledby": "behind-title", hidden: true },
      h("div", { class: "line" }, this.title, this.side, this.narrow, this.close),
      h("div", { class: "scroll" }, h("table", null, h("thead", null, h("tr", null, COLUMNS.map((name) => h("th", { scope: "col", text: t(name === "topic" ? "reports.by.topic" : `reports.${name}`) })), this.heard)), this.body)), this.player.element, this.note);
  }

  // `question` gives the query, with what else is asked.
  show(question, row, what, mayNarrow) {
    this.row = row;
    this.question = question;
    this.what = what;
    this.element.hidden = false;
    this.narrow.hidden = !mayNarrow;
    this.side.hidden = true;
    this.title.textContent = t("reports.calls", { what });
    this.title.focus();
    return this.read({});
  }

  // Of the service level those who were not answered in time; on request the others.
  turn() {
    return this.read(this.shows === "late" ? { in_time: "yes" } : {});
  }

  async read(side) {
    const question = this.question(side);
    this.asked = question;
    this.tell([], "");
    try {
      const { calls, more, shows } = await api.reportCalls(question);
      if (this.asked === question) this.tellSide(shows);
      if (this.asked === question) this.tell(calls, calls.length ? more && t("reports.calls_more") : t("reports.calls_none"));
    } catch (error) {
      if (this.asked === question) this.tell([], error.message);
    }
  }

  tellSide(shows) {
    this.shows = shows;
    this.side.hidden = !shows;
    if (!shows) return;
    this.title.textContent = t("reports.calls", { what: `${this.what}, ${t(`reports.${shows}`)}` });
    this.side.textContent = t(shows === "late" ? "reports.show_in_time" : "reports.show_late");
  }

  tell(calls, note) {
    this.player.stop();
    this.note.textContent = note || "";
    this.calls = calls;
    this.heard.hidden = !calls.some((call) => call.recording);
    this.body.replaceChildren(...calls.map((call) => h("tr", null, this.cells(call).map((text) => h("td", { text, title: text })), h("td", null, this.button(call)))));
  }

  button(call) {
    return playButton(call, `${call.number || t("card.anonymous")}, ${time(call.at)}`, this.player);
  }

  // Which one plays now; whoever is on a button stays there.
  mark() {
    this.calls.forEach((call, place) => {
      const cell = this.body.rows[place].lastElementChild;
      const held = cell.contains(document.activeElement);
      cell.replaceChildren(...[this.button(call)].filter(Boolean));
      if (held) cell.firstChild.focus();
    });
  }

  cells(call) {
    const outcome = call.lacks_outcome ? t("reports.no_outcome") : outcomeLabel(this.me.outcomes, call.outcome);
    const said = [topicLabel(this.me.topics.find((one) => one.id === call.topic)) || call.topic, outcome];
    return [`${day(call.at, now())} ${time(call.at)}`, call.number || t("card.anonymous"), call.agent, t(`reports.key.${call.disposition}`),
      call.talked === null ? "" : timer(call.talked * 1000), said.filter(Boolean).join(" · ")];
  }

  hide() {
    if (this.element.hidden) return;
    this.away();
    this.closed();
  }

  away() {
    this.player.stop();
    this.element.hidden = true;
  }
}
