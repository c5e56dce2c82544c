// The menu of the other pages: each opens beside the desk, which stays where it is.

import { h } from "./dom.js";
import { t } from "./words.js";

const everybody = () => true;
const overseers = (me) => me.oversees;
// Where, under which word, for whom.
const PAGES = [
  ["/static/missed.html", "top.missed", everybody],
  ["/static/promises.html", "top.owed", everybody],
  ["/static/live.html", "top.live", overseers],
  ["/static/reports.html", "top.reports", overseers],
  ["/static/routing.html", "top.routing", overseers],
];

export function pagesMenu(me) {
  const links = PAGES.filter(([, , allowed]) => allowed(me)).map(([href, word]) =>
    h("li", null, h("a", { class: "quiet", href, target: `ccd-${word}`, text: t(word), onclick: () => { menu.open = false; } })));
  const menu = h("details", { class: "pages", onfocusout: leave, onkeydown: close },
    h("summary", { class: "quiet", text: t("top.pages") }), h("ul", null, links));
  return menu;
}

// Whoever goes elsewhere has closed it.
function leave(event) {
  const menu = event.currentTarget;
  if (!menu.contains(event.relatedTarget)) menu.open = false;
}

function close(event) {
  const menu = event.currentTarget;
  if (event.key !== "Escape" || !menu.open) return;
  event.preventDefault();
  menu.open = false;
  menu.querySelector("summary").focus();
}
