// What came of a call: one of the clinic's own list, or, where that has a second level, one of those below it.
// Key O comes here; then digits choose, Esc goes a level up and out.

import { h, kbd, put } from "./dom.js";
import { current, t } from "./words.js";

const label = (one) => one[current()] || one.id;

// "Advice: prices" of `advice.prices`; the id itself when the list has it no more.
export function outcomeLabel(outcomes, id) {
  const [first, second] = (id || "").split(".");
  const one = outcomes.find((it) => it.id === first);
  const below = one?.children.find((it) => it.id === second);
  if (!one || (second && !below)) return id || "";
  return below ? `${label(one)}: ${label(below)}` : label(one);
}

// Whether a call that is over still needs a word: a topic, and an outcome where the clinic wants one; the server
// says so of calls that it knows (`lacks_outcome`).
export const lacks = (me, { topic, outcome, lacks_outcome: told }) => !topic || Boolean(told ?? (me.outcome_required && !outcome));

export class Outcomes {
  constructor(outcomes, { chosen, left }) {
    this.outcomes = outcomes;
    this.chosen = chosen;
    this.left = left;
    this.value = "";
    this.below = null;
    this.word = h("span", null);
    this.chips = h("div", { class: "topics", role: "radiogroup" });
    this.element = h("fieldset", { class: "outcomes", onkeydown: (event) => this.arrow(event) },
      h("legend", null, this.word, kbd("O")), this.chips);
    this.draw();
  }

  show(value, asking) {
    if (value !== this.value) {
      this.value = value;
      this.below = null;
      this.draw();
    }
    const words = t(asking ? "compose.outcome_ask" : "compose.outcome");
    put(this.word, words);
    this.chips.setAttribute("aria-label", words);
    this.element.classList.toggle("asking", asking);
  }

  // Of one level at a time: [id, words, is it chosen, does it lead further].
  rows() {
    if (this.below) return this.below.children.map((one) => [`${this.below.id}.${one.id}`, label(one), this.value === `${this.below.id}.${one.id}`, null]);
    return this.outcomes.map((one) => {
      const mine = this.value.split(".")[0] === one.id;
      return [one.id, mine ? outcomeLabel(this.outcomes, this.value) : label(one), mine, one.children.length ? one : null];
    });
  }

  draw() {
    const held = this.chips.contains(document.activeElement);
    const rows = this.rows();
    const at = Math.max(0, rows.findIndex(([, , mine]) => mine));
    const back = this.below && h("button", { type: "button", class: "small quiet", text: `‹ ${label(this.below)}`, onclick: () => this.back() });
    this.chips.replaceChildren(...[back, ...rows.map(([id, words, mine, further], place) =>
      h("button", { type: "button", role: "radio", class: "topic", "aria-checked": String(mine), tabindex: place === at ? "0" : "-1", onclick: () => this.take(id, further) },
        place < 9 && kbd(String(place + 1)), h("span", { text: further ? `${words} ›` : words })))].filter(Boolean));
    if (held) this.focus();
  }

  radios() {
    return [...this.chips.querySelectorAll("[role=radio]")];
  }

  focus() {
    this.chips.querySelector("[role=radio][tabindex='0']")?.focus();
  }

  pick(place) {
    this.radios()[place]?.click();
  }

  // The same once more takes it back.
  take(id, further) {
    if (further) {
      this.below = further;
      return this.draw();
    }
    this.value = this.value === id ? "" : id;
    this.below = null;
    this.draw();
    this.chosen(this.value);
    return this.left();
  }

  // To the first level.
  up() {
    this.below = null;
    this.draw();
  }

  back() {
    return this.below ? this.up() : this.left();
  }

  arrow(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const radios = this.radios();
    const at = radios.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = radios[(at + step + radios.length) % radios.length];
    for (const one of radios) one.tabIndex = one === next ? 0 : -1;
    next.focus();
  }
}
