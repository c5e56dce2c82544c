// What stands in the cells of the live page: a state with its sign, a caller, a time that runs.

import { countFrom } from "./clock.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { digits, phoneLabel, t } from "./words.js";

export const STATES = ["talking", "held", "ringing", "busy", "wrapup", "ready", "paused", "away"];
const ICONS = { talking: "phone", held: "pause", ringing: "phone", busy: "phone", wrapup: "check", ready: "check", paused: "pause", away: "away" };

export const state = (name) => h("span", { class: "state", "data-state": name }, icon(ICONS[name]), h("span", { text: t(`live.state.${name}`) }));

export function who(caller) {
  if (!caller) return [];
  const name = caller.name || (caller.people > 1 ? t("overview.people", { n: caller.people }) : caller.line_name);
  if (!caller.number && !name) return [h("span", { text: t("card.anonymous") })];
  return [h("span", { class: "name", text: name || caller.number }), name && h("span", { class: "number muted", text: caller.number })].filter(Boolean);
}

// Since a moment that nobody told, no time runs.
export function since(moment, long) {
  const clock = h("span", { class: "time" });
  countFrom(clock, moment);
  if (moment === null || moment === undefined) clock.append("–");
  else if (long) clock.dataset.long = moment + long * 1000;
  return clock;
}

export const count = (number, marked) => h("span", { class: marked && number ? marked : null, text: digits(number) });
export const places = (phones) => phones.map(phoneLabel).join(", ");
export const level = (percent) => (percent === null ? "–" : `${digits(percent)} %`);
export const byName = (one, other) => (one.name || one.id).localeCompare(other.name || other.id, undefined, { numeric: true });
export const longest = (one, other) => (one.since ?? Infinity) - (other.since ?? Infinity);
export const byState = (one, other) => STATES.indexOf(one.state) - STATES.indexOf(other.state) || longest(one, other) || byName(one, other);
