// A line to the server that is never given up: what comes is told, silence counts as lost, and it comes back by itself.

import { sync } from "./clock.js";

const SILENCE = 12_000; // the server says something every 5 s
const LONGEST_PAUSE = 5_000;

export class Feed extends EventTarget {
  constructor(path) {
    super();
    this.path = path;
    this.tries = 0;
    this.longest = LONGEST_PAUSE;
    this.heard = Date.now();
    this.watch = setInterval(() => this.check(), 2_000);
    this.lost = () => this.drop();
    this.back = () => this.retryNow();
    window.addEventListener("offline", this.lost);
    window.addEventListener("online", this.back);
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}${this.address()}`);
    this.socket = socket;
    this.heard = Date.now();
    socket.onopen = () => this.opened(socket);
    socket.onmessage = (event) => socket === this.socket && this.hear(JSON.parse(event.data));
    socket.onclose = (event) => socket === this.socket && this.closed(event);
  }

  address() {
    return this.path;
  }

  opened() {}

  closed() {
    this.drop();
  }

  // Whether to come back now; false: somebody else was told, and it is not tried again.
  async mayReturn() {
    return true;
  }

  hear(message) {
    this.heard = Date.now();
    this.tries = 0;
    sync(message.now);
    this.tell(message.type, message);
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
    const pause = Math.min(this.longest, 250 * 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries += 1;
    this.next = setTimeout(() => this.retry(), pause);
  }

  retryNow() {
    if (this.socket) return;
    clearTimeout(this.next);
    this.retry();
  }

  async retry() {
    try {
      const may = await this.mayReturn();
      if (may && !this.ended && !this.socket) this.connect();
    } catch {
      this.drop();
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
