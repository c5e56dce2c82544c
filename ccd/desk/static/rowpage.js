// A page of lists that are read again every 15 seconds and worked on by keys: what its pages have in common.
//
// A page has `element`, `facts` (what was read last; `now` is the server's moment), and gives `fetch()` (new facts)
// and `redraw()`.  A row is `li[data-key]`; what can be done with it are buttons with the `data-code` of their key;
// those with `data-turn` turn to other rows.

import { now, sync } from "./clock.js";
import { h, kbd, put } from "./dom.js";
import { signedIn } from "./session.js";
import { t, time } from "./words.js";

const EVERY = 15_000;
const MOVES = { ArrowDown: 1, KeyJ: 1, ArrowUp: -1, KeyK: -1 };

export class RowPage {
  constructor(facts) {
    this.facts = facts;
    this.asked = 0;
    this.status = h("p", { class: "fresh", role: "status" });
    document.addEventListener("keydown", (event) => this.key(event) && event.preventDefault());
    document.addEventListener("visibilitychange", () => document.hidden || this.read());
  }

  top(title) {
    return h("header", { class: "top" }, h("h1", { text: title }), this.status,
      h("p", { class: "tools muted" }, kbd("↑"), kbd("↓"), kbd("J"), kbd("K"), h("span", { text: t("owed.move") })),
      h("a", { class: "quiet", href: "/", text: t("owed.back") }));
  }

  // An answer that was overtaken by a later one is dropped.
  async read() {
    clearTimeout(this.next);
    this.asked += 1;
    const mine = this.asked;
    try {
      const facts = await this.fetch();
      if (mine !== this.asked) return;
      sync(facts.now);
      this.facts = facts;
      this.draw();
      this.say(t("owed.fresh", { time: time(facts.now) }));
    } catch (error) {
      if (error.status === 401) location.assign("/");
      if (mine === this.asked) this.say(this.facts.now ? `${error.message} ${t("owed.old", { time: time(this.facts.now) })}` : error.message, true);
    }
    if (mine === this.asked) this.next = setTimeout(() => this.read(), EVERY);
  }

  // Whoever is on a row stays on it; when it is gone, on the one that took its place.
  draw() {
    const before = this.rows();
    const at = before.indexOf(this.row());
    const code = document.activeElement?.dataset?.code;
    const key = before[at]?.dataset.key;
    this.redraw();
    const rows = this.rows();
    const same = rows.find((one) => one.dataset.key === key);
    const target = same ?? rows[Math.min(Math.max(at, 0), rows.length - 1)];
    if (target) target.tabIndex = 0;
    if (at >= 0 && target && !target.contains(document.activeElement)) (same && code && target.querySelector(`[data-code="${code}"]`) || target).focus();
  }

  say(text, failed = false) {
    this.status.classList.toggle("failed", failed);
    put(this.status, text);
  }

  rows() {
    return [...this.element.querySelectorAll("li[data-key]")];
  }

  row() {
    return document.activeElement?.closest?.("li[data-key]");
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || document.querySelector("dialog[open]")) return false;
    if (event.target.matches?.("audio")) return false;
    const step = MOVES[event.code];
    if (step) return this.move(step);
    if (event.repeat || (event.key === "Enter" && event.target.matches?.("button, a"))) return false;
    const code = event.code === "NumpadEnter" ? "Enter" : event.code;
    const button = this.row()?.querySelector(`[data-code="${code}"]`) ?? this.element.querySelector(`[data-turn="${code}"]:enabled`);
    button?.click();
    return Boolean(button);
  }

  move(step) {
    const rows = this.rows();
    const at = rows.indexOf(this.row());
    const target = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
    for (const one of rows) one.tabIndex = one === target ? 0 : -1;
    target?.focus();
    return true;
  }

  // The safe answer has the focus; `sure` is done only after the other one.
  ask({ title, lead, no, yes }, sure) {
    const row = this.row();
    const dialog = h("dialog", { class: "sheet help", "aria-labelledby": "ask-title" },
      h("h2", { id: "ask-title", text: title }),
      h("p", { text: lead }),
      h("form", { method: "dialog", class: "row" },
        h("button", { autofocus: true, value: "", text: no }),
        h("button", { class: "primary", value: "yes", text: yes })));
    dialog.addEventListener("close", () => {
      dialog.remove();
      row?.focus();
      if (dialog.returnValue === "yes") sure();
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  async done(doing) {
    let problem;
    await doing.catch((error) => { problem = error; });
    await this.read();
    if (problem) this.say(problem.message, true);
    return !problem;
  }
}

// For drawers: rows say how long ago something was, and of which day, so each minute they are drawn anew.
export const minute = () => Math.floor(now() / 60_000);

export function filled(rows, nothing, made) {
  return rows.length ? rows.map(made) : [h("li", { class: "empty", text: t(nothing) })];
}

export const panel = (name, title, ...inside) => h("section", { class: `panel ${name}` }, h("h2", { id: `${name}-title`, text: title }), ...inside);

// Signed in, in the user's language: the page.
export async function begin(title, made, ...parts) {
  const me = await signedIn(title, ...parts);
  if (!me) return;
  const page = made(me);
  document.getElementById("page").replaceChildren(page.element);
  await page.read();
}
