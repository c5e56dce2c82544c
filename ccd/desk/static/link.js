// The desk's line to the server: after a pause it catches up by the number of the last card.

import { api } from "./api.js";
import { Feed } from "./feed.js";

const MEMORY = "link";

export class Link extends Feed {
  constructor(me) {
    super("/ws");
    this.me = me;
    this.last = this.remembered();
    this.connect();
  }

  remembered() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(MEMORY));
      return kept?.phone === this.me.phone ? kept : { boot: "", seq: 0 };
    } catch {
      return { boot: "", seq: 0 };
    }
  }

  address() {
    const { boot, seq } = this.last;
    return `${this.path}?boot=${boot}&seq=${seq}`;
  }

  hear(message) {
    if (message.seq !== undefined) this.remember(message);
    super.hear(message);
  }

  remember(message) {
    this.last = { phone: this.me.phone, boot: message.boot ?? this.last.boot, seq: message.seq };
    try {
      sessionStorage.setItem(MEMORY, JSON.stringify(this.last));
    } catch {
      // Catching up still works until the next reload.
    }
  }

  // Ask who we are first: the session may have ended, or sit at another phone.
  async mayReturn() {
    try {
      const me = await api.me();
      if (this.ended || this.socket || me.phone === this.me.phone) return true;
      this.tell("moved");
    } catch (error) {
      if (error.status !== 401) throw error;
      this.tell("signedout");
    }
    return false;
  }
}
