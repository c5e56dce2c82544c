// Missed calls, the oldest first: one key calls back, another says that nothing is left to do.

import { api } from "./api.js";
import { now } from "./clock.js";
import { drawer, h } from "./dom.js";
import { act, lateMark, row, when, whoText } from "./owed.js";
import { Places } from "./places.js";
import { begin, filled, minute, panel, RowPage } from "./rowpage.js";
import { span, t } from "./words.js";

class Page extends RowPage {
  constructor() {
    super({ tasks: [], unknown: 0, total: 0 });
    this.skip = 0;
    const tasks = h("ul", { class: "rows", "aria-labelledby": "tasks-title" });
    const unknown = h("p", { class: "muted unknown" });
    this.drawTasks = drawer(tasks, (_minute, rows) => filled(rows, "missed.none", (one) => this.task(one)));
    this.drawUnknown = drawer(unknown, (n) => (n ? [h("span", { text: t("missed.unknown", { n }) })] : []));
    this.places = new Places({ turn: (skip) => this.turn(skip) });
    this.element = h("div", { class: "page owed missed" }, this.top(t("missed.title")),
      h("main", null, panel("tasks", t("missed.tasks"), h("div", { class: "line" }, h("p", { class: "muted", text: t("missed.lead") }), this.places.element), tasks, unknown)));
  }

  fetch() {
    return api.missed(this.skip);
  }

  // To the first row of another page.
  async turn(skip) {
    this.skip = skip;
    await this.read();
    this.rows()[0]?.focus();
  }

  redraw() {
    this.skip = this.facts.skip;
    this.places.show(this.facts);
    this.drawTasks(minute(), this.facts.tasks);
    this.drawUnknown(this.facts.unknown);
  }

  task(one) {
    const free = one.callable && !one.taken_by && !one.on_line;
    const acts = [free && act("missed.call", "↵", "Enter", one.who, () => this.call(one)), act("missed.done", "X", "KeyX", one.who, () => this.settle(one))];
    return row(`task-${one.id}`, one.who, details(one), [mark(one), h("span", { text: t("owed.due", { when: when(one.due) }) })], acts.filter(Boolean), one.late ? "late" : "");
  }

  async call(one) {
    if (await this.done(api.callMissed(one.id))) this.say(t("missed.ringing", { who: whoText(one.who) }));
  }

  settle(one) {
    const words = { title: t("missed.ask", { who: whoText(one.who) }), lead: t("missed.ask_lead"), no: t("missed.keep"), yes: t("missed.done") };
    this.ask(words, () => this.done(api.missedDone(one.id)));
  }
}

function details(one) {
  return [one.queue, t("missed.since", { when: when(one.since), ago: span((now() - one.since) / 1000) }),
    one.calls > 1 && t("missed.calls", { n: one.calls, when: when(one.last) }), one.attempts > 0 && t("missed.attempts", { n: one.attempts, when: when(one.tried) })];
}

// Why nobody else is to call now, or that it is late.
function mark(one) {
  if (one.on_line) return h("span", { class: "mark", text: t("missed.on_line") });
  if (one.taken_by) return h("span", { class: "mark", text: one.mine ? t("missed.mine") : t("missed.taken", { user: one.taken_by }) });
  if (!one.callable) return h("span", { class: "mark", text: t("missed.by_hand") });
  return one.late ? lateMark() : null;
}

await begin("missed.title", () => new Page());
