// Topic, outcome and note: bound to one call, kept as a draft until the server says that it is on disk.

import { api } from "./api.js";
import { LIVE, OVER } from "./calls.js";
import { draft, keep, saved } from "./drafts.js";
import { h, kbd, put } from "./dom.js";
import { icon } from "./icons.js";
import { now } from "./clock.js";
import { lacks, Outcomes } from "./outcomes.js";
import { t, time, topicLabel } from "./words.js";

const SAID = ["topic", "outcome", "note"];

export class Compose {
  constructor(me, { done, close }) {
    const { topics } = me;
    this.me = me;
    this.done = done;
    this.close = close;
    this.results = new Map();
    this.radios = topics.map((topic, place) => h("input", { type: "radio", name: "topic", value: topic.id, id: `topic-${place}`, onchange: () => this.changed({ topic: topic.id }) }));
    this.legend = h("legend", null);
    this.outcomes = new Outcomes(me.outcomes, { chosen: (outcome) => this.changed({ outcome }), left: () => this.button.focus() });
    this.note = h("textarea", { id: "note", rows: "2", maxlength: "2000", placeholder: t("compose.note_hint"), "aria-describedby": "saved" });
    this.button = h("button", { class: "primary", type: "submit" });
    this.word = h("span", null);
    this.button.append(this.word, kbd(t("key.enter")));
    this.statusIcon = h("span", null);
    this.statusText = h("span", null);
    this.status = h("p", { class: "status", id: "saved", role: "status" }, this.statusIcon, this.statusText);
    this.doctor = h("button", { type: "button", class: "doctor", title: t("compose.doctor_hint"), onclick: () => this.escalate() },
      h("span", { text: t("compose.doctor") }), kbd("D"));
    this.element = h("form", { class: "panel compose", "aria-label": t("compose.region"), novalidate: true },
      h("fieldset", null, this.legend, h("div", { class: "topics" }, topics.map((topic, place) => topicChip(topic, place, this.radios[place])))),
      me.outcomes.length ? this.outcomes.element : null,
      h("div", { class: "write" },
        h("label", { for: "note" }, h("span", { text: t("compose.note") }), kbd("N")),
        this.note, h("div", { class: "actions" }, this.button, this.doctor), this.status));
    this.note.addEventListener("input", () => this.changed({ note: this.note.value }));
    this.element.addEventListener("submit", (event) => this.submit(event));
  }

  // Never touches the field of a call that is already here: someone may be typing in it.
  show(card) {
    const same = this.card?.id === card.id;
    const before = this.card;
    this.card = card;
    if (!same) this.fill();
    else if (!this.dirty() && SAID.some((name) => before[name] !== card[name])) this.fill();
    put(this.legend, t(OVER.has(card.state) && !card.topic ? "compose.ask" : "compose.topic"));
    this.element.classList.toggle("asking", OVER.has(card.state) && !card.topic);
    this.element.inert = !LIVE.has(card.state) && !OVER.has(card.state);
    this.tell();
  }

  fill() {
    const { topic, note } = this.values();
    this.outcomes.up();
    for (const radio of this.radios) radio.checked = radio.value === topic;
    this.note.value = note;
    this.ask();
  }

  // A call that is over without an outcome asks for it, where the clinic wants one.
  ask() {
    const { outcome } = this.values();
    this.outcomes.show(outcome, Boolean(this.me.outcome_required && OVER.has(this.card.state) && !outcome));
  }

  values() {
    const kept = draft(this.card.id);
    return { topic: kept?.topic ?? this.card.topic, outcome: kept?.outcome ?? this.card.outcome ?? "", note: kept?.note ?? this.card.note };
  }

  said() {
    const { topic, outcome, note } = this.values();
    return { topic, outcome, note: note.trim() };
  }

  dirty() {
    const { topic, outcome, note } = this.values();
    return topic !== this.card.topic || outcome !== (this.card.outcome ?? "") || note.trim() !== this.card.note;
  }

  changed(change) {
    keep(this.card.id, change);
    if (!this.results.get(this.card.id)?.busy) this.results.delete(this.card.id);
    this.tell();
  }

  topic(place) {
    const radio = this.radios[place];
    if (!radio || this.element.inert) return;
    radio.checked = true;
    this.changed({ topic: radio.value });
  }

  submit(event) {
    event.preventDefault();
    return this.save();
  }

  // One after the other: what is written while one is on its way is saved after it, and never overtakes it.
  async save() {
    const card = this.card;
    const under = this.results.get(card.id);
    if (under?.busy) under.again = true;
    if (this.element.inert || under?.busy) return;
    if (!this.dirty()) return this.nothingToSave(card);
    const said = this.said();
    const doing = { busy: true };
    this.result(card.id, doing);
    try {
      const answer = await api.note(card.id, said);
      this.results.delete(card.id);
      saved(card.id, said);
      this.done(card.id, answer);
      if (doing.again && this.card.id === card.id && this.dirty()) await this.save();
    } catch (error) {
      this.result(card.id, { failed: error.message });
    }
  }

  // A key is easily pressed by mistake: the caller goes when it is pressed twice.
  doctorKey() {
    if (this.doctor.hidden) return;
    const { id } = this.card;
    if (this.results.get(id)?.armed) this.escalate();
    else this.result(id, { armed: true, hint: t("compose.doctor_again") });
  }

  // The caller goes to the duty doctor, with what is noted so far.
  async escalate() {
    const card = this.card;
    if (this.doctor.hidden || this.results.get(card.id)?.busy) return;
    const said = this.said();
    this.result(card.id, { busy: true });
    try {
      await api.escalate(card.id, said);
      if (SAID.some((name) => said[name])) saved(card.id, said);
      this.result(card.id, { hint: t("compose.escalated") });
    } catch (error) {
      this.result(card.id, { failed: error.message });
    }
  }

  nothingToSave(card) {
    if (OVER.has(card.state) && (card.topic || card.outcome)) this.close();
    else if (!card.topic && !card.outcome && !card.note) this.result(card.id, { hint: t("compose.empty") });
  }

  // Whether the card stays: a call without its outcome is left only when asked twice, and then waits in the list.
  holds(card) {
    const lacking = this.me.outcome_required && OVER.has(card.state) && !card.outcome;
    if (!lacking || this.results.get(card.id)?.left) return false;
    this.result(card.id, { left: true, hint: t("compose.outcome_needed") });
    return true;
  }

  result(id, result) {
    this.results.set(id, result);
    this.tell();
  }

  tell() {
    const { card } = this;
    const result = this.results.get(card.id) || {};
    this.ask();
    const finished = OVER.has(card.state) && !lacks(this.me, card) && !this.dirty();
    put(this.word, t(finished ? "compose.close" : "compose.save"));
    this.button.disabled = this.doctor.disabled = Boolean(result.busy);
    this.doctor.hidden = !["talking", "held"].includes(card.state);
    const [kind, text] = this.statusOf(card, result);
    if (this.status.dataset.kind !== kind) {
      this.status.dataset.kind = kind;
      this.statusIcon.replaceChildren(...({ saved: [icon("check")], failed: [icon("warn")], lacking: [icon("warn")] }[kind] || []));
    }
    put(this.statusText, text);
  }

  statusOf(card, result) {
    if (result.busy) return ["busy", t("compose.saving")];
    if (result.failed) return ["failed", t("compose.failed", { why: result.failed })];
    if (result.hint) return ["hint", result.hint];
    if (this.dirty()) return ["unsaved", t("compose.unsaved")];
    if (card.noted_at && OVER.has(card.state) && this.me.outcome_required && !card.outcome) return ["lacking", t("compose.saved_lacking", { time: time(card.noted_at) })];
    if (card.noted_at) return ["saved", t("compose.saved", { time: time(card.noted_at ?? now()) })];
    return ["none", ""];
  }
}

function topicChip(topic, place, radio) {
  return h("label", { class: "topic" }, radio, place < 9 && kbd(String(place + 1)), h("span", { text: topicLabel(topic) }));
}
