// Where facts come from and how old they are: one quiet line a section, and each row's own where sources are mixed.

import { ageOf } from "./clock.js";
import { h } from "./dom.js";
import { t } from "./words.js";

// The sources of these facts, each once, with its oldest word: "МИС, 2 мин назад".
export function sourcesOf(patient, facts) {
  const told = new Map();
  for (const origin of facts.flatMap(places)) {
    const { source, at } = patient.origins[origin];
    told.set(source, told.has(source) ? older(told.get(source), at) : at);
  }
  return [...told].map(([source, at]) => ({ source, at }));
}

// Its own, and of those who filled in what that one left open.
const places = ({ origin, lent = [] }) => [origin, ...lent].filter((place) => place !== null && place !== undefined);

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

// The names of one fact's sources, where the section has several.
export const sourceName = (patient, fact, sources) =>
  (sources.length > 1 ? [...new Set(places(fact).map((place) => patient.origins[place].source))].join(" + ") : "");
