// Which rows of a long list are shown, of how many; two keys turn to the others.

import { h, hide, kbd, put } from "./dom.js";
import { digits, t } from "./words.js";

export class Places {
  // `turn` goes to the page that begins after so many rows.
  constructor({ turn }) {
    this.turn = turn;
    this.text = h("span", { role: "status" });
    this.previous = this.button("places.previous", "P", -1);
    this.next = this.button("places.next", "N", 1);
    this.element = h("p", { class: "places", hidden: true }, this.text, this.previous, this.next);
  }

  button(word, key, step) {
    const onclick = () => this.turn(this.facts.skip + step * this.facts.page);
    return h("button", { type: "button", class: "small", "data-turn": `Key${key}`, onclick }, h("span", { text: t(word) }), kbd(key));
  }

  // Nothing where one page holds them all.
  show(facts) {
    this.facts = facts;
    const { skip, page, total } = facts;
    hide(this.element, total <= page);
    this.previous.disabled = skip === 0;
    this.next.disabled = skip + page >= total;
    put(this.text, t("places.shown", { from: digits(skip + 1), to: digits(Math.min(total, skip + page)), total: digits(total) }));
  }
}
