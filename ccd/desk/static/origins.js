// Where facts come from and how old they are: one quiet line a section, and each row's own where sources are mixed.

import { ageOf } from "./clock.js";
import { h } from "./dom.js";
import { t } from "./words.js";

// The sources of these facts, each once, with its oldest word: "МИС, 2 мин назад".
export function sourcesOf(patient, facts) {
  const told = new Map();
  for (const { origin } of facts) {
    if (origin === null || origin === undefined) continue;
    const { source, at } = patient.origins[origin];
    told.set(source, told.has(source) ? older(told.get(source), at) : at);
  }
  return [...told].map(([source, at]) => ({ source, at }));
}

const older = (one, other) => (one === null || other === null ? null : Math.min(one, other));

// Elements; the age counts on by itself.
export function sourceLine(sources) {
  return sources.map(({ source, at }) => {
    const age = h("span", { class: "ago" });
    if (at !== null) ageOf(age, at);
    else age.textContent = t("origin.no_age");
    return h("span", { class: "origin" }, h("span", { text: source }), age);
  });
}

// The source's name of one fact, where the section has several.
export const sourceName = (patient, fact, sources) =>
  (sources.length > 1 && fact.origin !== null ? patient.origins[fact.origin].source : "");
