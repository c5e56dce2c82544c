// The desk: puts link, calls, card, notes and keys together.

import { announce, ring } from "./alerts.js";
import { Aside } from "./aside.js";
import { Booking } from "./booking.js";
import { Calls, LIVE } from "./calls.js";
import { Card } from "./card.js";
import { Compose } from "./compose.js";
import { h, hide, put } from "./dom.js";
import { keep, writes } from "./drafts.js";
import { helpDialog } from "./help.js";
import { Idle } from "./idle.js";
import { isTyping, listenToKeys } from "./keys.js";
import { Link } from "./link.js";
import { LookUp } from "./lookup.js";
import { lacks } from "./outcomes.js";
import { Top } from "./top.js";
import { explain, person, reasonText, shortName, stateText } from "./who.js";
import { phoneLabel, t, topicLabel } from "./words.js";

const SETTLED = 3_000; // after the exchange is heard again, ccd has spoken of every call by then
const GLANCE = 6_000; // how long "answered elsewhere" stays

export class DeskPage {
  constructor(me, { languages, changePhone, leave, speak, again, out }) {
    this.me = me;
    this.calls = new Calls(() => isTyping() && document.activeElement.value !== "");
    this.help = helpDialog();
    this.lookUp = new LookUp(me, { shown: () => this.calls.shown, found: (card) => this.found(card) });
    this.top = new Top(me, { languages, changePhone, leave, speak, help: () => this.help.showModal(), retry: () => this.link.retryNow(), lookUp: () => this.lookUp.open() });
    this.card = new Card({ choose: (id) => this.choosePerson(id), open: (id) => this.open(id) });
    this.booking = new Booking(me, { shown: () => ({ card: this.calls.shown, ...(this.calls.shown && person(this.calls.shown)) }) });
    this.aside = new Aside(me, (id, causes) => this.explained(id, causes), this.booking);
    this.compose = new Compose(me, { done: (id, saved) => this.saved(id, saved), close: () => this.leave() });
    this.idle = new Idle(me, { open: (id) => this.open(id) });
    this.idle.changed = () => this.draw();
    this.busy = h("main", { class: "desk", hidden: true, "aria-label": t("card.region") }, this.card.element, this.aside.element, this.compose.element);
    this.element = h("div", { class: "page" }, this.top.element, this.busy, this.idle.element, this.help, this.lookUp.element);
    this.stopKeys = listenToKeys(this.actions());
    this.connect(again, out);
    this.draw();
  }

  connect(again, out) {
    const { link } = Object.assign(this, { link: new Link(this.me) });
    const on = (type, act) => link.addEventListener(type, (event) => act(event.detail));
    on("state", (message) => this.caughtUp(message));
    on("card", ({ card }) => this.changed(card));
    on("board", (message) => this.board(message));
    on("overview", ({ rows }) => this.idle.overview(rows));
    on("lost", () => this.lost());
    on("moved", again);
    on("signedout", () => out(t("error.signed_out")));
  }

  caughtUp(message) {
    this.calls.state(message);
    this.top.online();
    this.idle.read();
    this.draw();
  }

  lost() {
    this.stopAsking();
    this.top.offline();
  }

  board(message) {
    this.top.board(message);
    if (message.stale) this.stopAsking();
    else if (this.calls.asked.length) this.asking ??= setTimeout(() => this.giveUp(), SETTLED);
  }

  stopAsking() {
    clearTimeout(this.asking);
    this.asking = null;
  }

  giveUp() {
    this.asking = null;
    this.calls.giveUp();
    this.draw();
  }

  changed(card) {
    const before = this.calls.cards.get(card.id);
    this.calls.card(card);
    ring(!before && card.state === "ringing");
    if (!LIVE.has(card.state) || card.topic !== before?.topic) this.idle.read();
    this.draw();
  }

  draw() {
    const { shown } = this.calls;
    hide(this.busy, !shown);
    hide(this.idle.element, Boolean(shown));
    this.idle.show(this.calls);
    for (const card of this.calls.cards.values()) announce(card, shortName(card), reasonText(card));
    if (shown) {
      this.card.show(shown, this.calls.others);
      this.aside.show(shown);
      this.booking.follow(shown, person(shown).patient, person(shown).chosen);
      this.compose.show(shown);
    }
    this.title(shown);
    this.forgetLater(shown);
  }

  title(shown) {
    const ringing = [...this.calls.cards.values()].find((card) => card.state === "ringing");
    const call = ringing || shown;
    const place = phoneLabel(this.me.phone) || this.me.full_name;
    document.title = call ? `${ringing ? "☎ " : ""}${stateText(call)}: ${shortName(call)}` : `${place} · ccd`;
  }

  // Answered elsewhere, or no longer ringing: a glance, then the desk is free again.
  forgetLater(shown) {
    const gone = shown && ["elsewhere", "missed"].includes(shown.state) ? shown.id : null;
    if (gone === this.glanceAt) return;
    this.glanceAt = gone;
    clearTimeout(this.glance);
    if (gone) this.glance = setTimeout(() => !isTyping() && this.calls.shownId === gone && this.leave(), GLANCE);
  }

  saved(id, answer) {
    const card = this.calls.cards.get(id);
    this.calls.noted(id, answer);
    const what = answer.topic ? topicLabel(this.me.topics.find((one) => one.id === answer.topic)) : t("idle.noted");
    put(this.idle.note, `${t("idle.saved", { what })} · ${card ? shortName(card) : ""}`);
    const finished = card && !LIVE.has(card.state) && !lacks(this.me, { ...card, ...answer }) && !writes(id);
    if (finished && this.calls.shownId === id) this.leave();
    this.idle.read();
    this.draw();
  }

  leave() {
    if (document.activeElement?.matches("textarea, input")) document.activeElement.blur();
    if (this.calls.shown && this.compose.holds(this.calls.shown)) return;
    if (this.calls.close()) this.draw();
  }

  open(id) {
    const card = this.calls.cards.get(id) || this.idle.pastCard(id);
    if (card) this.calls.open(card);
    this.draw();
  }

  // Looked up by number: the same card, as long as no call comes.
  found(card) {
    this.calls.found(card);
    this.draw();
  }

  explained(id, causes) {
    explain(id, causes);
    if (causes.length) this.draw();
  }

  choosePerson(id) {
    keep(this.calls.shownId, { patient: id });
    this.draw();
  }

  person(step) {
    const { shown } = this.calls;
    if (!shown || shown.patients.length < 2) return;
    const { index, chosen } = person(shown);
    const count = shown.patients.length;
    const next = chosen ? (index + step + count) % count : step > 0 ? 1 : 0;
    this.choosePerson(shown.patients[next].id);
  }

  actions() {
    const shown = (act) => (...args) => this.calls.shown && act(...args);
    return {
      help: () => void this.help.showModal(),
      leave: () => void this.leave(),
      save: shown(() => void this.compose.save()),
      topic: shown((place) => void this.compose.topic(place)),
      outcome: shown(() => void this.compose.outcomes.focus()),
      outcomePick: (place) => void this.compose.outcomes.pick(place),
      outcomeBack: () => void this.compose.outcomes.back(),
      doctor: shown(() => void this.compose.doctorKey()),
      note: shown(() => void this.compose.note.focus()),
      search: shown(() => void this.card.policy.input.focus()),
      book: shown(() => void this.booking.open()),
      person: shown((step) => void this.person(step)),
      lookUp: () => void this.lookUp.open(),
      nextCall: () => void (this.calls.next(), this.draw()),
    };
  }

  close() {
    this.stopKeys();
    clearTimeout(this.glance);
    this.stopAsking();
    this.link.close();
  }
}
