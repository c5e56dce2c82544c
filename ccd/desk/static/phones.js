// Which phone does the user sit at?

import { askToNotify } from "./alerts.js";
import { api } from "./api.js";
import { h, put } from "./dom.js";
import { phoneLabel, t } from "./words.js";

export async function phonesPage({ me, picked, left }) {
  const error = h("p", { class: "error", role: "alert" });
  const list = h("ul", { class: "phones" });
  const filter = h("input", { type: "search", id: "filter", "aria-label": t("phones.filter"), placeholder: t("phones.filter"), autocomplete: "off" });
  let rows = [];

  async function pick(phone) {
    askToNotify();
    try {
      await api.pickPhone(phone);
      picked(phone);
    } catch (problem) {
      put(error, problem.message);
    }
  }

  function matching() {
    const text = filter.value.trim().toLowerCase();
    return rows.filter((row) => `${phoneLabel(row.phone)} ${row.name}`.toLowerCase().includes(text));
  }

  function enter(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    const found = matching();
    const exact = found.filter((row) => phoneLabel(row.phone) === filter.value.trim());
    const only = exact.length ? exact : found;
    if (only.length === 1) pick(only[0].phone);
  }

  function draw() {
    const found = matching();
    list.replaceChildren(...found.map((row) => phoneRow(row, me, pick)));
    if (!found.length) list.append(h("li", { class: "empty", text: t(rows.length ? "phones.nothing" : "phones.none") }));
  }

  async function read() {
    try {
      rows = (await api.phones()).phones;
      put(error, "");
    } catch (problem) {
      put(error, problem.message);
    }
    draw();
  }

  filter.addEventListener("input", draw);
  filter.addEventListener("keydown", enter);
  await read();
  const page = h("main", { class: "entrance" },
    h("section", { class: "sheet" },
      h("p", { class: "brand big", text: t("app.title") }),
      h("h1", { text: t("phones.title") }),
      h("p", { class: "lead", text: t("phones.lead") }),
      filter, list, error,
      h("div", { class: "row" },
        me.oversees && h("button", { type: "button", text: t("phones.watch"), onclick: () => pick("") }),
        h("button", { type: "button", text: t("phones.again"), onclick: read }),
        h("button", { type: "button", class: "quiet push", text: t("top.sign_out"), onclick: left }))));
  requestAnimationFrame(() => filter.focus());
  return page;
}

function phoneRow(row, me, pick) {
  const mine = row.phone === me.phone;
  return h("li", null,
    h("button", { type: "button", class: "phone", "aria-current": mine ? "true" : null, onclick: () => pick(row.phone) },
      h("span", { class: "number", text: phoneLabel(row.phone) }),
      h("span", { class: "name", text: row.name }),
      h("span", { class: "muted", text: row.queues.join(", ") })));
}
