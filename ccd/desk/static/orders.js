// Orders under way: each has a key of its own, so that asking again never books twice.

import { api } from "./api.js";
import { t } from "./words.js";

const AGAIN = 1_000;

export class Orders {
  // told({ state, message, kind, what }): what became of it so far; "unsure" is told again when it is known.
  constructor(told) {
    this.told = told;
  }

  place(wish, what) {
    return this.send({ ...wish, key: newKey() }, what);
  }

  async send(order, what) {
    try {
      this.heard(order, what, await api.book(order));
    } catch (error) {
      if (error.status && error.status !== 503) this.told({ state: "refused", message: error.message, kind: order.kind, what });
      else this.cutOff(order, what);
    }
  }

  // The answer was lost on its way here: ccd knows what became of the order.
  cutOff(order, what) {
    this.told({ state: "unsure", message: t("booking.cut_off"), kind: order.kind, what });
    this.later(order, what);
  }

  later(order, what) {
    setTimeout(() => this.check(order, what), AGAIN);
  }

  async check(order, what) {
    try {
      this.heard(order, what, await api.order(order.key));
    } catch (error) {
      if (error.status === 404) await this.send(order, what); // ccd may not have it yet: the key makes one of both
      else if (error.status === 401) this.told({ state: "unsure", message: error.message, kind: order.kind, what });
      else this.later(order, what);
    }
  }

  heard(order, what, { state, message, visit }) {
    this.told({ state, message, kind: order.kind, what: visit || what });
    if (state === "unsure") this.later(order, what);
  }
}

// crypto.randomUUID exists on https pages only.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
