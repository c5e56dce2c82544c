// Free hours: found by typing, taken by keyboard; a visit is booked, moved or cancelled, and its outcome is told.
// One rule: what was typed stays, whatever becomes of an order.

import { now } from "./clock.js";
import { drawer, h, hide, kbd, put } from "./dom.js";
import { icon } from "./icons.js";
import { Orders } from "./orders.js";
import { api } from "./api.js";
import { day, list, t, time } from "./words.js";

const PAUSE = 150; // after a letter, until the sources are asked
const CHIPS = 6;

export class Booking {
  constructor(me, { shown }) {
    this.may = me.books;
    this.shown = shown;
    this.owners = new Set();
    this.slots = [];
    this.place = 0;
    this.chosen = null; // the hour that somebody moved to: a later answer takes nobody off it
    this.orders = new Orders((outcome) => this.told(outcome));
    this.title = h("h2", { id: "booking-title" });
    this.input = h("input", { type: "search", id: "hours", placeholder: t("booking.filter"), "aria-label": t("booking.filter"), autocomplete: "off", spellcheck: "false", role: "combobox", "aria-expanded": "true", "aria-controls": "free" });
    this.field = h("div", { class: "search" }, icon("search"), this.input);
    this.chips = h("div", { class: "choices" });
    this.rows = h("ul", { class: "rows", id: "free", role: "listbox", "aria-labelledby": "booking-title" });
    this.question = h("span", null);
    this.yes = h("button", { type: "button", class: "primary small", onclick: () => this.confirm() }, h("span", { text: t("booking.yes") }), kbd(t("key.enter")));
    this.no = h("button", { type: "button", class: "small", onclick: () => this.back() }, h("span", { text: t("booking.no") }), kbd(t("key.esc")));
    this.ask = h("p", { class: "ask", hidden: true }, this.question, this.yes, this.no);
    this.status = h("p", { class: "status", role: "status" });
    this.element = h("section", { class: "panel booking", hidden: true, "aria-labelledby": "booking-title" },
      h("div", { class: "line" }, this.title, h("button", { type: "button", class: "small quiet push", onclick: () => this.close() }, h("span", { text: t("booking.close") }), kbd(t("key.esc")))),
      this.field, this.chips, this.ask, this.status, this.rows);
    this.drawRows = drawer(this.rows, (slots, chosen, failed) => rows(slots, chosen, failed, (place) => this.pick(place)));
    this.drawChips = drawer(this.chips, (words) => words.map((word) => h("button", { type: "button", class: "choice", text: word, onclick: () => this.search(word) })));
    this.input.addEventListener("input", () => this.later());
    this.element.addEventListener("keydown", (event) => this.key(event));
    if (this.may) this.read();
  }

  get opened() {
    return !this.element.hidden;
  }

  // With a visit: a new hour for it, or its end.
  open(kind = "book", visit = null) {
    const { card, patient, chosen } = this.shown();
    if (!this.may || !this.owners.size || !card || card.past || card.state === "found") return;
    Object.assign(this, { kind, visit, card, patient: chosen ? patient : null });
    hide(this.element, false);
    this.element.dataset.kind = kind;
    this.chosen = null;
    put(this.title, this.heading());
    this.tell(this.patient ? "" : t("booking.choose"), "failed");
    this.back();
    if (kind === "cancel") this.doubt(t("booking.ask_cancel", { when: when(visit), doctor: visit.doctor }));
    else this.read();
  }

  heading() {
    return this.visit ? t(`booking.${this.kind}_title`, { when: when(this.visit), doctor: this.visit.doctor }) : t("booking.title");
  }

  close() {
    hide(this.element, true);
    if (this.element.contains(document.activeElement)) document.activeElement.blur();
  }

  // Another call or another person: an hour must not be booked for the wrong one.
  follow(card, patient, chosen) {
    if (this.opened && (card.id !== this.card?.id || (chosen ? patient?.id : null) !== (this.patient?.id ?? null))) this.close();
  }

  // Other hours are looked for: nothing of them is chosen yet, and what was asked is not asked any more.
  later() {
    this.chosen = null;
    hide(this.ask, true);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.read(), PAUSE);
  }

  search(word) {
    this.input.value = word;
    this.chosen = null;
    this.back();
    this.read();
  }

  // near: the hour that was lost; the nearest free one is chosen.
  async read(near = null) {
    const text = this.input.value.trim();
    const asked = (this.asked = {});
    try {
      const answer = await api.slots(text);
      if (asked !== this.asked) return;
      this.owners = new Set(answer.owners);
      this.slots = answer.slots.filter((slot) => this.kind !== "move" || slot.source === this.visit.source);
      this.place = near === null ? this.placeOf(this.chosen) : nearest(this.slots, near);
      if (this.opened) this.draw(answer.failed);
      if (!text) this.drawChips([...new Set(this.slots.map((slot) => slot.specialty))].filter(Boolean).slice(0, CHIPS));
    } catch (error) {
      if (asked === this.asked) this.tell(error.message, "failed");
    }
  }

  placeOf(slot) {
    return Math.max(0, this.slots.findIndex((one) => one.id === slot?.id && one.source === slot.source));
  }

  draw(failed = this.failed) {
    this.failed = failed;
    this.drawRows(this.slots, this.place, failed);
    const chosen = this.rows.children[this.place];
    if (this.slots.length) this.input.setAttribute("aria-activedescendant", chosen.id);
    else this.input.removeAttribute("aria-activedescendant");
    if (this.opened) chosen?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key === "Escape") this.ask.hidden || this.kind === "cancel" ? this.close() : this.back();
    else if (event.target !== this.input) return;
    else if (steps[event.key]) this.move(steps[event.key]);
    else if (event.key === "Enter" && !event.isComposing) this.pick(this.place);
    else return;
    event.preventDefault();
  }

  move(step) {
    this.place = Math.max(0, Math.min(this.slots.length - 1, this.place + step));
    this.chosen = this.slots[this.place] ?? null;
    this.draw();
  }

  pick(place) {
    const slot = this.slots[place];
    if (!slot || this.busy) return;
    if (!this.patient) return this.tell(t("booking.choose"), "failed");
    this.place = place;
    this.chosen = slot;
    this.draw();
    const facts = { when: when(slot), doctor: slot.doctor, name: this.patient.name };
    this.doubt(this.kind === "move" ? t("booking.ask_move", facts) : t("booking.ask", facts));
  }

  doubt(question) {
    put(this.question, question);
    hide(this.ask, false);
    this.yes.focus();
  }

  back() {
    hide(this.ask, true);
    hide(this.field, this.kind === "cancel");
    if (this.kind !== "cancel") this.input.focus();
  }

  // What the question named is ordered, whatever the list shows by now.
  confirm() {
    const slot = this.kind === "cancel" ? null : this.chosen;
    if (this.busy || !this.patient || (!slot && this.kind !== "cancel")) return;
    const wish = { kind: this.kind, call: this.card.id, patient: this.patient.id, source: (slot || this.visit).source, slot: slot?.id ?? "", visit: this.visit?.id ?? "" };
    this.busy = true;
    this.chosen = null;
    this.back();
    this.tell(t("booking.busy"), "busy");
    this.orders.place(wish, slot || this.visit);
  }

  told({ state, message, what, kind, retry }) {
    this.busy = state === "unsure";
    if (state === "done") this.tell(t(`booking.done_${kind}`, { when: when(what), doctor: what.doctor }), "saved");
    else this.tell(message, state === "unsure" ? "hint" : "failed");
    if (state === "done" && kind !== "book") Object.assign(this, { kind: "book", visit: null });
    put(this.title, this.heading());
    if (state !== "unsure" && !retry) this.read(what.at);
    if (this.opened) this.back();
  }

  tell(text, kind) {
    this.status.dataset.kind = kind;
    put(this.status, text);
  }
}

const when = ({ at }) => `${day(at, now())} ${time(at)}`;

function nearest(slots, at) {
  const gaps = slots.map((slot) => Math.abs(slot.at - at));
  return Math.max(0, gaps.indexOf(Math.min(...gaps)));
}

function rows(slots, chosen, failed, pick) {
  const silent = failed.length ? [h("li", { class: "failed" }, icon("warn"), h("span", { text: t("booking.failed", { sources: list(failed) }) }))] : [];
  if (!slots.length) return silent.length ? silent : [h("li", { class: "empty", text: t("booking.none") })];
  return [...slots.map((slot, place) => row(slot, place, place === chosen, pick)), ...silent];
}

function row(slot, place, chosen, pick) {
  return h("li", { id: `hour-${place}`, role: "option", "aria-selected": String(chosen), onclick: () => pick(place) },
    h("span", { class: "when" }, `${day(slot.at, now())} `, h("strong", { text: time(slot.at) })),
    h("span", { class: "who" }, slot.doctor, h("span", { class: "note", text: [slot.specialty, slot.place].filter(Boolean).join(", ") })));
}
