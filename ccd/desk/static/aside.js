// Beside the card: the last calls of the number, and the visits of the patient.

import { api } from "./api.js";
import { now } from "./clock.js";
import { drawer, h, put } from "./dom.js";
import { icon } from "./icons.js";
import { person } from "./who.js";
import { day, list, t, time, topicLabel } from "./words.js";

export class Aside {
  constructor(topics) {
    this.topics = new Map(topics.map((topic) => [topic.id, topic]));
    this.owner = h("span", { class: "owner" });
    this.calls = h("ul", { class: "rows", tabindex: "0", "aria-labelledby": "history-title" });
    this.visits = h("ul", { class: "rows", tabindex: "0", "aria-labelledby": "visits-title" });
    this.element = h("aside", { class: "side", "aria-label": t("history.title") },
      h("section", { class: "panel history" }, h("h2", { id: "history-title", text: t("history.title") }), this.calls),
      h("section", { class: "panel visits" }, h("h2", { id: "visits-title", text: t("visits.title") }, this.owner), this.visits));
    this.drawVisits = drawer(this.visits, visitRows);
    this.drawCalls = drawer(this.calls, (rows, note) => this.callRows(rows, note));
  }

  show(card) {
    const { patient } = person(card);
    put(this.owner, patient && card.patients.length > 1 ? patient.name : "");
    this.drawVisits(patient?.visits || null, card.failed, card.lookup === "running");
    this.read(card);
  }

  // Asked once for each call, as soon as it is known which number it really is.
  async read(card) {
    const key = card.number.key;
    if (!key) return this.told(card.id, [], "history.hidden");
    if (card.lookup === "running" && card.state === "ringing") return this.told(null, [], "");
    const asked = `${card.id} ${key}`;
    if (asked === this.asked) return undefined;
    this.told(asked, [], "");
    try {
      const { calls } = await api.callsOf(key);
      const before = calls.filter((call) => call.id !== card.id);
      if (this.asked === asked) this.drawCalls(before, before.length ? "" : "history.none");
    } catch {
      if (this.asked === asked) this.drawCalls([], "history.failed");
    }
    return undefined;
  }

  told(asked, rows, note) {
    this.asked = asked;
    this.drawCalls(rows, note);
  }

  callRows(rows, note) {
    if (note) return [h("li", { class: "empty", text: t(note) })];
    return rows.map((call) => h("li", null,
      h("span", { class: "when", text: dayOrTime(call.at) }),
      h("span", { class: "what" },
        h("span", { class: call.topic ? "" : "muted", text: this.topicText(call) }),
        call.note && h("span", { class: "note", text: call.note, title: call.note })),
      h("span", { class: "with", text: shortAgent(call.agent), title: call.agent })));
  }

  topicText(call) {
    if (call.topic) return topicLabel(this.topics.get(call.topic)) || call.topic;
    return t(WITHOUT_TOPIC[call.disposition] ?? "history.missed");
  }
}

const WITHOUT_TOPIC = {
  answered: "history.no_topic", open: "history.no_topic",
  voicemail: "history.voicemail", callback: "history.callback",
};

// "Анна Петрова" is "Анна П." in a list.
const shortAgent = (name) => name.replace(/^(\S+)\s+(\S)\S*.*$/u, "$1 $2.");
const dayOrTime = (at) => (day(at, now()) === t("day.today") ? time(at) : day(at, now()));

function visitRows(visits, failed, running) {
  if (!visits?.length && failed.length) {
    return [h("li", { class: "failed" }, icon("warn"), h("span", { text: t("visits.failed", { sources: list(failed) }) }))];
  }
  if (!visits) return running ? [] : [h("li", { class: "empty", text: t("card.no_data") })];
  if (!visits.length) return [h("li", { class: "empty", text: t("visits.none") })];
  const rows = visits.map((visit) => h("li", { "data-status": visit.status, class: visit.today ? "today" : "" },
    h("span", { class: "when" }, h("span", { text: day(visit.at, now()) }), h("span", { class: "clock", text: time(visit.at) })),
    h("span", { class: "what" },
      h("span", { text: visit.doctor }),
      h("span", { class: "note", text: [visit.specialty, visit.place].filter(Boolean).join(", ") })),
    h("span", { class: "with", text: t(`visit.${visit.status}`) })));
  if (failed.length) rows.push(h("li", { class: "failed" }, icon("warn"), h("span", { text: t("card.incomplete", { sources: list(failed) }) })));
  return rows;
}
