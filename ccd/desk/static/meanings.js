// What each figure of a report means: its formula, under the pointer, and all of them at once by "?".

import { h } from "./dom.js";
import { isTyping } from "./keys.js";
import { digits, t } from "./words.js";

export class Meanings {
  constructor() {
    this.list = h("dl", { tabindex: "0", "aria-labelledby": "meanings-title" });
    this.button = h("button", { type: "button", class: "small", onclick: () => this.dialog.showModal() }, h("span", { text: t("reports.meanings") }), h("kbd", { "aria-hidden": "true", text: "?" }));
    this.dialog = h("dialog", { class: "sheet meanings", "aria-labelledby": "meanings-title" },
      h("h2", { id: "meanings-title", text: t("reports.meanings") }), this.list,
      h("form", { method: "dialog" }, h("button", { text: t("reports.close") })));
    document.addEventListener("keydown", (event) => this.key(event) && event.preventDefault());
  }

  key(event) {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || isTyping()) return false;
    if (this.dialog.open) this.dialog.close();
    else this.dialog.showModal();
    return true;
  }

  // The report's own formula of the service level, its threshold and that of a short abandon.
  about(facts) {
    this.facts = facts;
    this.list.replaceChildren(...facts.metrics.map(({ name }) => h("div", null, h("dt", { text: t(`reports.metric.${name}`) }), h("dd", { text: this.of(name) }))));
  }

  // A formula, and of times how they are written.
  of(name) {
    const { unit } = this.facts.metrics.find((one) => one.name === name);
    return unit === "seconds" ? `${this.formula(name)} (${t("reports.unit.seconds")})` : this.formula(name);
  }

  formula(name) {
    if (name !== "service_level") return t(`reports.formula.${name}`, { seconds: digits(this.facts.short_abandon) });
    const { name: formula, seconds } = this.facts.service_level;
    const level = t("reports.level_of", { seconds: digits(seconds), formula: t(`reports.level.${formula}`) });
    return `${level}: ${t(`reports.served.${formula}`)}`;
  }
}
