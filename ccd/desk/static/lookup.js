// A patient looked up by number, without a call: a small window, then the same card.

import { api } from "./api.js";
import { LIVE } from "./calls.js";
import { h, put } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

export class LookUp {
  constructor(me, { shown, found }) {
    this.shown = shown;
    this.found = found;
    this.number = h("input", { type: "tel", id: "look-number", autocomplete: "off", maxlength: "40", required: true });
    this.why = h("input", { type: "text", id: "look-why", autocomplete: "off", maxlength: "200", required: me.ask_reason });
    this.error = h("p", { class: "error", role: "alert" });
    this.button = h("button", { type: "submit", class: "primary", text: t("look.find") });
    this.element = h("dialog", { class: "sheet help look", "aria-labelledby": "look-title" },
      h("h2", { id: "look-title", text: t("look.title") }),
      h("form", { novalidate: true, onsubmit: (event) => this.submit(event) },
        h("label", { for: "look-number", text: t("look.number") }), this.number,
        h("label", { for: "look-why", text: t(me.ask_reason ? "look.why" : "look.why_optional") }), this.why,
        h("p", { class: "lead", text: t("look.lead") }), this.error,
        h("div", { class: "row" }, this.button, h("button", { type: "button", onclick: () => this.element.close(), text: t("keys.close") }))));
  }

  open() {
    put(this.error, "");
    this.number.value = this.why.value = "";
    this.element.showModal();
  }

  // A call that came while it was looked up has the page.
  overtaken(before) {
    const shown = this.shown();
    return Boolean(shown) && LIVE.has(shown.state) && shown.id !== before;
  }

  async submit(event) {
    event.preventDefault();
    if (this.button.disabled) return;
    put(this.error, "");
    this.button.disabled = true;
    const before = this.shown()?.id;
    try {
      const { card } = await api.patientsOf(this.number.value.trim(), this.why.value.trim());
      this.element.close();
      if (!this.overtaken(before)) this.found(card);
    } catch (error) {
      put(this.error, error.message);
    } finally {
      this.button.disabled = false;
    }
  }
}

export const lookUpButton = (open) =>
  h("button", { type: "button", class: "quiet look-up", title: t("look.open"), onclick: open }, icon("search"), h("span", { text: t("look.open") }), h("kbd", { text: "/" }));
