// One message at a time: its sound comes from ccd and is kept nowhere.

import { h, hide, put } from "./dom.js";
import { t } from "./words.js";

export class Player {
  constructor(changed) {
    this.id = null;
    this.title = h("p", { role: "status" });
    this.audio = h("audio", { controls: true, preload: "none", "aria-label": t("owed.player") });
    this.element = h("div", { class: "player", hidden: true }, this.title, this.audio);
    for (const event of ["play", "pause", "ended"]) this.audio.addEventListener(event, changed);
    this.audio.addEventListener("error", () => this.audio.getAttribute("src") && put(this.title, t("owed.unplayable")));
  }

  get playing() {
    return this.id !== null && !this.audio.paused ? this.id : null;
  }

  // Enter once plays, once more stops for a while.
  toggle(id, who) {
    if (this.playing === id) return this.audio.pause();
    if (this.id !== id || this.audio.error) {
      this.id = id;
      this.audio.src = `/api/messages/${id}/audio`;
    }
    put(this.title, t("owed.playing", { who }));
    hide(this.element, false);
    this.audio.play().catch(() => {}); // the error event says why
  }

  forget(id) {
    if (this.id !== id) return;
    this.id = null;
    this.audio.pause();
    this.audio.removeAttribute("src");
    hide(this.element, true);
  }
}
