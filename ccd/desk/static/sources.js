// One quiet line: which source knows this person, which is still asked, which gave no answer.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { sourceLine, sourcesOf } from "./origins.js";
import { silent } from "./who.js";
import { list, t } from "./words.js";

const FIELDS = ["full_name", "birth_date", "language", "doctor", "debt"];

export function sources(card, patient) {
  return [...trouble(card), ...(patient ? known(patient) : [])];
}

function trouble(card) {
  const words = [];
  if (silent(card).length) words.push(h("span", { class: "failed" }, icon("warn"), h("span", { text: t("card.silent", { sources: list(silent(card)) }) })));
  if (card.asking.length) words.push(h("span", { class: "asking", text: t("card.asking", { sources: list(card.asking) }) }));
  return words;
}

// The person's own source, then those that lent a fact it lacked.
function known(patient) {
  const lent = new Map();
  for (const [field, origin] of patient.borrowed) {
    if (origin !== null) lent.set(origin, [...(lent.get(origin) ?? []), ...(FIELDS.includes(field) ? [t(`field.${field}`)] : [])]);
  }
  const lines = sourceLine(sourcesOf(patient, [patient]));
  for (const [origin, fields] of lent) {
    const [line] = sourceLine(sourcesOf(patient, [{ origin }]));
    if (fields.length) line.prepend(h("span", { text: `${list(fields)}:` }));
    lines.push(line);
  }
  return lines;
}
