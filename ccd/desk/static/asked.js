// What a report is asked for: period, dimension, figure, formula of the service level.  It stands in the address, too.

import { now } from "./clock.js";
import { h } from "./dom.js";
import { dateKey, dayOff, t } from "./words.js";

const BY = ["queue", "agent", "doctor", "topic", "outcome", "source", "did", "direction", "disposition", "hour", "weekday", "day", "week", "month", "all"];
const TIMES = ["hour", "weekday", "day", "week", "month", "all"];
const LEVELS = ["of_offered", "of_answered", "with_abandoned", "without_early", "short_as_served"];
const today = () => dateKey(now());
const back = (days) => () => [dayOff(today(), -days), today()];
const PERIODS = {
  today: back(0),
  yesterday: () => [dayOff(today(), -1), dayOff(today(), -1)],
  last7: back(6),
  last30: back(29),
  month: () => [`${today().slice(0, 8)}01`, today()],
};

export class Asked {
  // `changed`: another report is needed; `shown`: another figure of the same.
  constructor({ changed, shown }) {
    this.changed = changed;
    const kept = new URLSearchParams(location.hash.slice(1));
    const [from, to] = PERIODS.last7();
    this.where = kept.get("where") ?? "";
    this.from = h("input", { type: "date", id: "from", value: kept.get("from") ?? from, onchange: () => this.ask() });
    this.to = h("input", { type: "date", id: "to", value: kept.get("to") ?? to, onchange: () => this.ask() });
    this.by = choice("by", BY, kept.get("by") ?? "day", () => this.ask());
    this.level = choice("level", LEVELS, kept.get("service_level") ?? "", () => this.ask());
    this.figure = h("select", { id: "metric", onchange: () => { this.wanted = this.figure.value; this.keep(); shown(); } });
    this.names = [];
    this.wanted = kept.get("metric") ?? "inbound";
    this.links = ["csv", "xlsx"].map((kind) => h("a", { class: "quiet", download: "", "data-kind": kind, text: t(`reports.${kind}`) }));
    this.files = h("p", { class: "tools" }, this.links);
    this.element = h("form", { class: "panel asked", onsubmit: (event) => event.preventDefault() },
      h("div", { class: "periods" }, Object.keys(PERIODS).map((name) => h("button", { type: "button", class: "small", text: t(`reports.${name}`), onclick: () => this.period(name) }))),
      field("from", this.from), field("to", this.to), field("by", this.by), field("metric", this.figure), field("level", this.level));
    this.keep();
  }

  // Where the wanted figure means nothing another one stands in; it comes back where it does.
  get metric() {
    return this.names.length && !this.names.includes(this.wanted) ? this.names[0] : this.wanted;
  }

  // The figures that mean something of these rows, each with its formula.
  metrics(names, meaning) {
    this.names = names;
    this.figure.replaceChildren(...names.map((name) => h("option", { value: name, selected: name === this.metric, title: meaning(name), text: t(`reports.metric.${name}`) })));
  }

  period(name) {
    [this.from.value, this.to.value] = PERIODS[name]();
    this.ask();
  }

  // One value of a dimension by itself, day by day.
  only(by, key) {
    this.where = `${by}:${key}`;
    this.by.value = "day";
    this.ask();
  }

  everything() {
    const [by] = this.where.split(":");
    this.where = "";
    this.by.value = by;
    this.ask();
  }

  ask() {
    if (!TIMES.includes(this.by.value)) this.where = "";
    this.keep();
    if (this.from.value && this.to.value) this.changed();
  }

  query(more = {}) {
    const asked = { from: this.from.value, to: this.to.value, by: this.by.value, ...more };
    if (this.where) asked.where = this.where;
    if (this.level.value) asked.service_level = this.level.value;
    return new URLSearchParams(asked).toString();
  }

  keep() {
    history.replaceState(null, "", `#${this.query({ metric: this.wanted })}`);
    for (const link of this.links) link.href = `/api/reports.${link.dataset.kind}?${this.query()}`;
  }
}

const field = (name, input) => h("p", null, h("label", { for: input.id, text: t(`reports.${name}`) }), input);

function choice(name, values, chosen, onchange) {
  const first = name === "level" ? [h("option", { value: "", text: t("reports.level.configured") })] : [];
  return h("select", { id: name, onchange }, first, values.map((value) => h("option", { value, selected: value === chosen, text: t(`reports.${name}.${value}`) })));
}
