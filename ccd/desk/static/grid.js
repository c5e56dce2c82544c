// A table whose rows stay the same elements: only what changed is drawn anew, and who stands on a row stays there.

import { h, hide } from "./dom.js";
import { t } from "./words.js";

export class Grid {
  // columns: [{ name, order?, cell(row) }]; `order` compares two rows when the column is chosen to sort by.
  constructor({ name, title, columns, empty, sort }) {
    this.name = name;
    this.columns = columns;
    this.sort = sort ?? null;
    this.drawn = new Map();
    this.body = h("tbody", null);
    this.empty = h("p", { class: "empty", text: t(empty) });
    this.heads = columns.map((column) => this.head(column));
    this.title = h("h2", { id: `${name}-title`, text: t(title) });
    this.element = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": `${name}-title` },
      h("table", { "aria-labelledby": `${name}-title` }, h("thead", null, h("tr", null, this.heads)), this.body), this.empty);
  }

  head(column) {
    const label = t(`live.${column.name}`);
    const inside = column.order ? h("button", { type: "button", class: "sort", onclick: () => this.sortBy(column.name) }, h("span", { text: label })) : h("span", { text: label });
    return h("th", { scope: "col", class: column.kind, "data-column": column.name, "aria-sort": column.name === this.sort ? "ascending" : null }, inside);
  }

  sortBy(name) {
    this.sort = name;
    for (const head of this.heads) {
      if (head.dataset.column === name) head.setAttribute("aria-sort", "ascending");
      else head.removeAttribute("aria-sort");
    }
    this.show(this.rows ?? []);
  }

  nextSort() {
    const names = this.columns.filter((column) => column.order).map((column) => column.name);
    this.sortBy(names[(names.indexOf(this.sort) + 1) % names.length]);
  }

  show(rows) {
    this.rows = rows;
    const order = this.columns.find((column) => column.name === this.sort)?.order;
    const sorted = order ? [...rows].sort(order) : rows;
    const focused = document.activeElement?.closest?.("tr[data-id]");
    const before = this.drawn;
    this.drawn = new Map(sorted.map((row) => [row.id, this.row(row, before.get(row.id))]));
    for (const [id, one] of before) if (!this.drawn.has(id)) this.leave(one.element, focused);
    [...this.drawn.values()].forEach(({ element }, place) => {
      if (this.body.children[place] !== element) this.body.insertBefore(element, this.body.children[place] ?? null);
    });
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
    hide(this.empty, rows.length > 0);
  }

  row(row, known) {
    const facts = JSON.stringify(row);
    if (known?.facts === facts) return known;
    const element = known?.element ?? h("tr", { tabindex: "-1", "data-id": row.id });
    if (row.state) element.dataset.state = row.state;
    element.replaceChildren(...this.columns.map((column) => h("td", { class: column.kind }, column.cell(row))));
    return { element, facts };
  }

  // Whoever stands on a row that goes, stands on the next one.
  leave(element, focused) {
    const next = element === focused ? element.nextElementSibling ?? element.previousElementSibling : null;
    element.remove();
    next?.focus({ preventScroll: true });
  }
}
