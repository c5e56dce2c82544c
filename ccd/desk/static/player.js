// One sound at a time, a message or a recorded call: it comes from ccd and is kept nowhere.

import { h, hide, put } from "./dom.js";
import { t } from "./words.js";

export class Player {
  // `words` are its texts: what it is, that it plays, that it does not; `address` says where a sound is.
  constructor(changed, words, address) {
    this.words = words;
    this.address = address;
    this.id = null;
    this.title = h("p", { role: "status" });
    this.audio = h("audio", { controls: true, preload: "none", "aria-label": t(words.is) });
    this.element = h("div", { class: "player", hidden: true }, this.title, this.audio);
    for (const event of ["play", "pause", "ended"]) this.audio.addEventListener(event, changed);
    this.audio.addEventListener("error", () => this.audio.getAttribute("src") && put(this.title, t(words.fails)));
  }

  get playing() {
    return this.id !== null && !this.audio.paused ? this.id : null;
  }

  // Enter once plays, once more stops for a while.
  toggle(id, who) {
    if (this.playing === id) return this.audio.pause();
    if (this.id !== id || this.audio.error) {
      this.id = id;
      this.audio.src = this.address(id);
    }
    put(this.title, t(this.words.plays, { who }));
    hide(this.element, false);
    this.audio.play().catch(() => {}); // the error event says why
  }

  forget(id) {
    if (this.id === id) this.stop();
  }

  stop() {
    if (this.id === null) return;
    this.id = null;
    this.audio.pause();
    this.audio.removeAttribute("src");
    hide(this.element, true);
  }
}

// A button in the row of a call that was recorded and may be heard; nothing elsewhere.
export function playButton(call, who, player) {
  if (!call.recording) return null;
  const act = player.playing === call.id ? "pause" : "play";
  return h("button", { type: "button", class: "small", "data-key": call.id, onclick: () => player.toggle(call.id, who) },
    h("span", { text: t(`owed.${act}`) }), h("span", { class: "unseen", text: who }));
}

export const callPlayer = (changed) => new Player(changed, { is: "recording.player", plays: "recording.playing", fails: "recording.unplayable" },
  (id) => `/api/calls/${encodeURIComponent(id)}/recording`);
