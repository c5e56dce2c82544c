// The line to the server: says what is now, says when it is lost, comes back by itself and catches up.

import { api } from "./api.js";
import { sync } from "./clock.js";

const SILENCE = 12_000; // the server says something every 5 s
const LONGEST_PAUSE = 5_000;
const MEMORY = "link";

export class Link extends EventTarget {
  constructor(me) {
    super();
    this.me = me;
    this.tries = 0;
    this.heard = Date.now();
    this.last = this.remembered();
    this.watch = setInterval(() => this.check(), 2_000);
    this.lost = () => this.drop();
    this.back = () => this.retryNow();
    window.addEventListener("offline", this.lost);
    window.addEventListener("online", this.back);
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

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const { boot, seq } = this.last;
    const socket = new WebSocket(`${scheme}://${location.host}/ws?boot=${boot}&seq=${seq}`);
    this.socket = socket;
    this.heard = Date.now();
    socket.onmessage = (event) => socket === this.socket && this.hear(JSON.parse(event.data));
    socket.onclose = () => socket === this.socket && this.drop();
  }

  hear(message) {
    this.heard = Date.now();
    this.tries = 0;
    sync(message.now);
    if (message.seq !== undefined) this.remember(message);
    this.tell(message.type, message);
  }

  remember(message) {
    this.last = { phone: this.me.phone, boot: message.boot ?? this.last.boot, seq: message.seq };
    try {
      sessionStorage.setItem(MEMORY, JSON.stringify(this.last));
    } catch {
      // Catching up still works until the next reload.
    }
  }

  check() {
    if (this.socket && Date.now() - this.heard > SILENCE) this.drop();
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    if (this.ended) return;
    this.tell("lost");
    clearTimeout(this.next);
    const pause = Math.min(LONGEST_PAUSE, 250 * 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries += 1;
    this.next = setTimeout(() => this.retry(), pause);
  }

  retryNow() {
    if (this.socket) return;
    clearTimeout(this.next);
    this.retry();
  }

  // Ask who we are first: the session may have ended, or sit at another phone.
  async retry() {
    try {
      const me = await api.me();
      if (this.ended || this.socket) return;
      if (me.phone !== this.me.phone) this.tell("moved");
      else this.connect();
    } catch (error) {
      if (error.status === 401) this.tell("signedout");
      else this.drop();
    }
  }

  tell(type, detail) {
    if (!this.ended) this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  close() {
    this.ended = true;
    clearTimeout(this.next);
    clearInterval(this.watch);
    window.removeEventListener("offline", this.lost);
    window.removeEventListener("online", this.back);
    this.drop();
  }
}
