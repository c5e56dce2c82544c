// Reports: a period, one dimension, a chart of one figure with its table, and the calls behind each value.

import { api } from "./api.js";
import { Behind } from "./behind.js";
import { chart } from "./chart.js";
import { now } from "./clock.js";
import { h, hide, put } from "./dom.js";
import { figure, named } from "./figures.js";
import { Asked } from "./asked.js";
import { Meanings } from "./meanings.js";
import { begin } from "./rowpage.js";
import { setCurrency, t, time } from "./words.js";

const TILES = ["inbound", "answered", "abandon_rate", "service_level", "speed_of_answer", "booked", "lost_money"];
// Only where the clinic has outcomes at all.
const NEEDS_OUTCOMES = "without_outcome";
const BESIDE = ["inbound", "answered", "abandoned", "service_level", "speed_of_answer", "handling_time"];
const TIMES = new Set(["hour", "weekday", "day", "week", "month", "all"]);
const LINES = new Set(["day", "week", "month"]);

class Page {
  constructor(me) {
    this.me = me;
    this.status = h("p", { class: "fresh", role: "status" });
    this.asked = new Asked({ changed: () => this.read(), shown: () => this.draw() });
    this.tiles = h("dl", { class: "tiles" });
    this.only = h("p", { class: "only", hidden: true }, h("span", null), h("button", { type: "button", class: "small", text: t("reports.everything"), onclick: () => this.asked.everything() }));
    this.meanings = new Meanings();
    this.formula = h("p", { class: "muted formula" });
    this.picture = h("div", { class: "picture" });
    new ResizeObserver(() => this.paint()).observe(this.picture);
    this.caption = h("h2", { id: "chart-title" });
    this.table = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": "table-title" });
    this.behind = new Behind(me, { closed: () => this.back(), narrowed: (row) => this.asked.only(this.facts.by, row.key) });
    this.element = h("div", { class: "page reports" },
      h("header", { class: "top" }, h("h1", { text: t("reports.title") }), this.status, this.asked.files, this.meanings.button, h("a", { class: "quiet", href: "/", text: t("owed.back") })),
      h("main", null, this.asked.element, this.tiles,
        h("section", { class: "panel drawn", "aria-labelledby": "chart-title" }, h("div", { class: "line" }, this.caption, this.only), this.picture, this.formula),
        h("section", { class: "panel beside" }, h("h2", { id: "table-title", text: t("reports.table") }), this.table), this.behind.element), this.meanings.dialog);
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.behind.hide());
  }

  // An answer that was overtaken by a later question is dropped.
  async read() {
    const mine = this.asked.query();
    this.latest = mine;
    this.behind.away();
    try {
      const facts = await api.report(mine);
      if (this.latest !== mine) return;
      setCurrency(facts.currency);
      this.facts = facts;
      this.draw();
      this.say(...this.standing(facts));
    } catch (error) {
      if (error.status === 401) location.assign("/");
      if (this.latest === mine) this.say(error.message, true);
    }
  }

  // What stands under the figures, and whether it says that they lack something.
  standing({ complete, uncounted }) {
    if (!complete) return [t("reports.building"), true];
    if (uncounted) return [t("reports.uncounted", { count: uncounted }), true];
    return [t("reports.fresh", { time: time(now()) }), false];
  }

  say(text, failed = false) {
    this.status.classList.toggle("failed", failed);
    put(this.status, text);
  }

  draw() {
    const { facts } = this;
    if (!facts) return;
    this.units = new Map(facts.metrics.map((one) => [one.name, one]));
    this.meanings.about(facts);
    this.told = facts.metrics.filter((one) => one.rows && (one.name !== NEEDS_OUTCOMES || this.me.outcomes.length)).map((one) => one.name);
    this.asked.metrics(this.told, (name) => this.meanings.of(name));
    const metric = this.units.get(this.asked.metric);
    this.rows = facts.rows.map((row) => ({ key: row.key, label: named(facts.by, row.key, this.me), figures: row.figures, value: row.figures[metric.name] ?? null, text: figure(row.figures[metric.name], metric.unit) }));
    this.drawTiles(facts);
    this.drawChart(facts, metric);
    this.drawTable(facts, metric);
  }

  drawTiles({ whole }) {
    const wanted = this.me.outcome_required ? [...TILES, NEEDS_OUTCOMES] : TILES;
    const shown = wanted.filter((name) => this.units.has(name));
    this.tiles.replaceChildren(...shown.map((name) => h("div", { title: this.meanings.of(name) }, h("dt", { text: t(`reports.metric.${name}`) }), h("dd", { text: figure(whole[name], this.units.get(name).unit) }))));
  }

  drawChart(facts, metric) {
    const title = t("reports.chart", { metric: t(`reports.metric.${metric.name}`), by: t(`reports.by.${facts.by}`) });
    put(this.caption, title);
    hide(this.only, !facts.where);
    if (facts.where) put(this.only.firstChild, t("reports.only", { what: named(...facts.where, this.me) }));
    put(this.formula, this.meanings.of(metric.name));
    this.title = title;
    this.paint();
  }

  // As large as there is room; whoever is on a value stays on it.
  paint() {
    const { clientWidth: width, clientHeight: height } = this.picture;
    if (!this.rows || !width) return;
    const { by, metrics } = this.facts;
    const { unit } = metrics.find((one) => one.name === this.asked.metric);
    const held = this.picture.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    this.picture.replaceChildren(this.rows.some((one) => one.value !== null)
      ? chart({ rows: this.rows, line: LINES.has(by), unit, title: this.title, tick: (value) => figure(value, unit), pick: (row) => this.open(row), width, height: Math.max(height, 120) })
      : h("p", { class: "empty", text: t(this.rows.length ? "reports.no_value" : "reports.nothing") }));
    this.mark(held)?.focus();
  }

  mark(key) {
    return [...this.picture.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
  }

  // The chosen figure first; each row's name opens its calls.
  drawTable({ by, whole }, metric) {
    const columns = [...new Set([metric.name, ...BESIDE])].filter((name) => this.told.includes(name));
    const cells = (figures) => columns.map((name) => h("td", { text: figure(figures[name], this.units.get(name).unit) }));
    const head = h("tr", null, h("th", { scope: "col", text: t(`reports.by.${by}`) }), columns.map((name) => h("th", { scope: "col", title: this.meanings.of(name), text: t(`reports.metric.${name}`) })));
    const row = (one) => h("tr", null, h("th", { scope: "row" }, h("button", { type: "button", class: "quiet", "data-row": one.key, title: one.label, text: one.label, onclick: () => this.open(one) })), cells(one.figures));
    const last = h("tr", { class: "whole" }, h("th", { scope: "row", text: t("reports.total") }), cells(whole));
    this.table.replaceChildren(h("table", { "aria-labelledby": "table-title" }, h("thead", null, head), h("tbody", null, this.rows.map(row)), h("tfoot", null, last)));
  }

  open(row) {
    this.from = document.activeElement.closest("[data-row]") ?? row.key;
    const { by, where } = this.facts;
    const asked = { key: row.key, metric: this.asked.metric };
    const question = (more) => this.asked.query({ ...asked, ...more });
    this.behind.show(question, row, `${row.label}, ${t(`reports.metric.${this.asked.metric}`)}`, !TIMES.has(by) && !where);
  }

  back() {
    (this.from.isConnected ? this.from : this.mark(this.from))?.focus();
  }
}

await begin("reports.title", (me) => new Page(me), "reports.");
