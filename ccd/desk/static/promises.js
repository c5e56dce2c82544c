// Who was promised a call, and messages that nobody heard yet.

import { api } from "./api.js";
import { drawer, h } from "./dom.js";
import { brokenRow, messageRow, promiseRow, whoText } from "./owed.js";
import { Player } from "./player.js";
import { begin, filled, minute, panel, RowPage } from "./rowpage.js";
import { t } from "./words.js";

class Page extends RowPage {
  constructor() {
    super({ live: [], broken: [], messages: [] });
    this.player = new Player(() => this.draw(), { is: "owed.player", plays: "owed.playing", fails: "owed.unplayable" }, (id) => `/api/messages/${id}/audio`);
    const [live, messages, broken] = ["live", "messages", "broken"].map((name) => h("ul", { class: "rows", "aria-labelledby": `${name}-title` }));
    this.drawLive = drawer(live, (_minute, rows) => filled(rows, "owed.none", (one) => promiseRow(one, (it) => this.takeBack(it))));
    this.drawMessages = drawer(messages, (_minute, rows, playing) => filled(rows, "owed.no_messages", (one) =>
      messageRow(one, { playing, play: (it) => this.player.toggle(it.id, whoText(it.who)), heard: (it) => this.heard(it) })));
    this.drawBroken = drawer(broken, (_minute, rows) => filled(rows, "owed.no_broken", brokenRow));
    this.element = h("div", { class: "page owed" }, this.top(t("owed.title")),
      h("main", null, panel("live", t("owed.live"), live), panel("messages", t("owed.messages"), this.player.element, messages), panel("broken", t("owed.broken"), broken)));
  }

  async fetch() {
    const [promises, messages] = await Promise.all([api.promises(), api.messages()]);
    return { ...promises, ...messages };
  }

  redraw() {
    this.drawLive(minute(), this.facts.live);
    this.drawMessages(minute(), this.facts.messages, this.player.playing);
    this.drawBroken(minute(), this.facts.broken);
  }

  // A promise that was taken back is not given again.
  takeBack(promise) {
    const words = { title: t("owed.ask", { who: whoText(promise.who) }), lead: t("owed.ask_lead"), no: t("owed.keep"), yes: t("owed.take_back") };
    this.ask(words, () => this.done(api.cancelPromise(promise.id)));
  }

  async heard(message) {
    if (await this.done(api.messageHeard(message.id))) this.player.forget(message.id);
  }
}

await begin("owed.title", () => new Page());
