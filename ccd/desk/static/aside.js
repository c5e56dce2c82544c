// Beside the card: the last calls of the number, and the visits of the patient.

import { api } from "./api.js";
import { now } from "./clock.js";
import { drawer, h, hide, kbd, put } from "./dom.js";
import { editsOf } from "./edits.js";
import { icon } from "./icons.js";
import { sourceLine, sourceName, sourcesOf } from "./origins.js";
import { outcomeLabel } from "./outcomes.js";
import { callPlayer, playButton } from "./player.js";
import { person, silent } from "./who.js";
import { day, list, t, time, topicLabel } from "./words.js";

export class Aside {
  // `explained` is told why this number may be calling.
  constructor(me, explained, booking) {
    this.explained = explained;
    this.booking = booking;
    this.outcomes = me.outcomes;
    this.topics = new Map(me.topics.map((topic) => [topic.id, topic]));
    this.owner = h("span", { class: "owner" });
    this.origins = h("span", { class: "origins" });
    this.player = callPlayer(() => this.list(...this.listed));
    this.listed = [[], ""];
    this.calls = h("ul", { class: "rows", tabindex: "0", "aria-labelledby": "history-title" });
    this.visits = h("ul", { class: "rows", tabindex: "0", "aria-labelledby": "visits-title" });
    this.book = h("button", { type: "button", class: "small", hidden: true, onclick: () => booking.open() }, h("span", { text: t("booking.open") }), kbd("B"));
    this.element = h("aside", { class: "side", "aria-label": t("history.title") },
      h("section", { class: "panel history" }, h("h2", { id: "history-title", text: t("history.title") }), this.player.element, this.calls),
      h("section", { class: "panel visits" }, h("div", { class: "line" }, h("h2", { id: "visits-title", text: t("visits.title") }, this.owner), this.origins, this.book), this.visits), booking.element);
    this.drawVisits = drawer(this.visits, (patient, card, owners) => visitRows(patient, card, owners, (kind, visit) => booking.open(kind, visit)));
    this.drawOrigins = drawer(this.origins, sourceLine);
    this.drawCalls = drawer(this.calls, (rows, note) => this.callRows(rows, note));
  }

  show(card) {
    const { patient } = person(card);
    put(this.owner, patient && card.patients.length > 1 ? patient.name : "");
    this.drawVisits(patient && { visits: patient.visits, origins: patient.origins }, facts(card), card.state === "found" ? [] : [...this.booking.owners]);
    hide(this.book, !this.booking.owners.size || card.past || card.state === "found" || !patient);
    this.drawOrigins(patient ? sourcesOf(patient, patient.visits) : []);
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
      const { calls, whys } = await api.callsOf(key, card.id);
      this.explained(card.id, whys);
      const before = calls.filter((call) => call.id !== card.id);
      if (this.asked === asked) this.list(before, before.length ? "" : "history.none");
    } catch {
      if (this.asked === asked) this.list([], "history.failed");
    }
    return undefined;
  }

  told(asked, rows, note) {
    this.asked = asked;
    this.player.stop();
    this.list(rows, note);
  }

  list(...listed) {
    this.listed = listed;
    this.drawCalls(...listed, this.player.playing);
  }

  callRows(rows, note) {
    if (note) return [h("li", { class: "empty", text: t(note) })];
    return rows.map((call) => h("li", null,
      h("span", { class: "when", text: dayOrTime(call.at) }),
      h("span", { class: "what" },
        h("span", { class: call.topic || call.outcome ? "" : "muted", text: this.topicText(call) }),
        call.note && h("span", { class: "note", text: call.note, title: call.note }),
        editsOf(call, (field, value) => this.word(field, value)),
        playButton(call, dayOrTime(call.at), this.player)),
      h("span", { class: "with", text: shortAgent(call.agent), title: call.agent })));
  }

  word(field, value) {
    if (field === "topic") return topicLabel(this.topics.get(value)) || value;
    return field === "outcome" ? outcomeLabel(this.outcomes, value) : value;
  }

  topicText(call) {
    const said = ["topic", "outcome"].map((field) => this.word(field, call[field])).filter(Boolean);
    if (said.length) return said.join(" · ");
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

const facts = (card) => ({ silent: silent(card), asking: card.asking, hidden: card.hidden.includes("visits"), running: card.lookup === "running" });

function visitRows(patient, card, owners, act) {
  if (card.hidden) return [empty(t("card.not_shown"))];
  if (!patient?.visits.length) return [noVisits(patient, card)].filter(Boolean);
  const sources = sourcesOf(patient, patient.visits);
  const rows = patient.visits.map((visit) => visitRow(visit, sourceName(patient, visit, sources), changes(patient, visit, owners, act)));
  if (card.silent.length) rows.push(failed("card.incomplete", card.silent));
  return rows;
}

function noVisits(patient, { silent, asking, running }) {
  if (silent.length) return failed("visits.failed", silent);
  if (asking.length) return empty(t("card.asking", { sources: list(asking) }));
  if (patient) return empty(t("visits.none"));
  return running ? null : empty(t("card.no_data"));
}

// A coming visit of a source that owns its schedule can be moved and cancelled.
function changes(patient, visit, owners, act) {
  const { source } = patient.origins[visit.origin] || {};
  if (!visit.id || visit.status !== "booked" || visit.at < now() || !owners.includes(source)) return null;
  const button = (kind) => h("button", { type: "button", class: "small quiet", onclick: () => act(kind, { ...visit, source }) },
    h("span", { text: t(`booking.${kind}`) }), h("span", { class: "unseen", text: `${day(visit.at, now())} ${time(visit.at)}` }));
  return h("span", { class: "acts" }, button("move"), button("cancel"));
}

function visitRow(visit, source, acts) {
  return h("li", { "data-status": visit.status, class: visit.today ? "today" : "" },
    h("span", { class: "when" }, h("span", { text: day(visit.at, now()) }), h("span", { class: "clock", text: time(visit.at) })),
    h("span", { class: "what" },
      h("span", { text: visit.doctor || visit.place }),
      h("span", { class: "note", text: [visit.specialty, visit.doctor && visit.place, source].filter(Boolean).join(", ") }),
      visit.preparation && h("span", { class: "note preparation", text: t("visit.preparation", { text: visit.preparation }) }), acts),
    h("span", { class: "with", text: t(`visit.${visit.status}`) }));
}

const empty = (text) => h("li", { class: "empty", text });
const failed = (key, sources) => h("li", { class: "failed" }, icon("warn"), h("span", { text: t(key, { sources: list(sources) }) }));
