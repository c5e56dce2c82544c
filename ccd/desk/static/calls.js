// The calls of this phone as the page knows them, and which one is on the screen.
// One rule: nothing moves unless the call moved, and never under someone who types.
// A call that ccd forgot, because it was started anew, is "asked": still here, until ccd speaks of it or,
// a moment after it hears the exchange again, does not.

export const LIVE = new Set(["ringing", "talking", "held"]);
export const OVER = new Set(["wrapup", "transferred"]);
const BUSY = new Set(["talking", "held"]);

export class Calls {
  constructor(typing) {
    this.cards = new Map();
    this.missed = new Set();
    this.shownId = null;
    this.typing = typing;
    this.boot = "";
  }

  get shown() {
    return this.cards.get(this.shownId) || null;
  }

  get others() {
    return [...this.cards.values()].filter((card) => LIVE.has(card.state) && card.id !== this.shownId);
  }

  // Everything as it is now: what is gone, is gone; what ended meanwhile is listed, not popped.
  state(message) {
    const before = this.cards;
    const restarted = Boolean(this.boot) && this.boot !== message.boot;
    this.boot = message.boot;
    this.cards = new Map();
    for (const card of [...message.recent, ...message.cards]) this.cards.set(card.id, card);
    for (const card of message.recent) if (card.missed) this.missed.add(card.id);
    for (const [id, card] of before) if (!this.cards.has(id)) this.keepGone(id, card, restarted);
    this.choose();
  }

  keepGone(id, card, restarted) {
    if (OVER.has(card.state)) this.cards.set(id, card);
    else if (LIVE.has(card.state) && (restarted || card.asked)) this.cards.set(id, { ...card, asked: true });
    else if (card.state === "found" && id === this.shownId) this.cards.set(id, card);
    else if (id === this.shownId) this.shownId = null;
  }

  get asked() {
    return [...this.cards.values()].filter((card) => card.asked);
  }

  // Nobody knows these calls any more.  Nobody saw them end, either.
  giveUp() {
    for (const card of this.asked) {
      if (BUSY.has(card.state)) this.cards.set(card.id, { ...card, asked: false, state: "wrapup", unseen: true, talked: null });
      else this.cards.delete(card.id);
    }
    this.choose();
  }

  card(card) {
    const before = this.cards.get(card.id);
    this.cards.set(card.id, card);
    const answered = card.state === "talking" && before?.state !== "talking";
    if (answered && card.id !== this.shownId && !this.typing()) this.shownId = card.id;
    if (!LIVE.has(card.state) && !OVER.has(card.state) && card.id !== this.shownId) this.cards.delete(card.id);
    this.choose();
  }

  // What to show: stay with the call in hand; else take the one that talks, else the one that rings longest.
  choose() {
    const shown = this.shown;
    if (shown && ((LIVE.has(shown.state) && !shown.asked) || this.typing())) return;
    const live = [...this.cards.values()].filter((card) => LIVE.has(card.state) && !card.asked);
    const next = live.find((card) => BUSY.has(card.state)) || live[0];
    if (next) this.shownId = next.id;
  }

  open(card) {
    if (!this.cards.has(card.id)) this.cards.set(card.id, card);
    this.shownId = card.id;
  }

  found(card) {
    this.cards.set(card.id, card);
    this.shownId = card.id;
  }

  next() {
    if (this.others.length) this.shownId = this.others[0].id;
  }

  // The user is done with a call that is over.
  close() {
    if (this.shown && LIVE.has(this.shown.state) && !this.shown.asked) return false;
    if (this.shown && !OVER.has(this.shown.state) && !this.shown.asked) this.cards.delete(this.shownId);
    this.shownId = null;
    this.choose();
    return true;
  }

  noted(id, saved) {
    const card = this.cards.get(id);
    if (card) this.cards.set(id, { ...card, topic: saved.topic, outcome: saved.outcome ?? card.outcome, lacks_outcome: saved.lacks_outcome ?? card.lacks_outcome, note: saved.note, noted_at: saved.noted_at });
    this.missed.delete(id);
  }
}
