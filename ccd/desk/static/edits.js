// What people changed of what a call says: folded, who, when, from what to what.

import { now } from "./clock.js";
import { h } from "./dom.js";
import { day, t, time } from "./words.js";

// Nothing where nobody changed what was said first.  `word` puts a topic's or an outcome's id into words.
export function editsOf(call, word) {
  const edits = call.edits ?? [];
  const later = edits.filter((one) => one.before);
  if (!later.length) return null;
  return h("details", { class: "edits" }, h("summary", { text: t("edits.count", { n: later.length }) }),
    h("ul", null, edits.map((one) => h("li", null,
      h("span", { class: "muted", text: `${day(one.at, now())} ${time(one.at)}, ${one.by}` }),
      h("span", null, `${t(`edits.${one.field}`)}: `, one.before && h("del", { text: word(one.field, one.before) }), one.before && one.after ? " → " : "", h("ins", { text: word(one.field, one.after) || t("edits.removed") }))))));
}
