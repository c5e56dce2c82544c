// Who is calling, in words: one person, several, nobody known, hidden, not looked up yet.

import { draft } from "./drafts.js";
import { ago, isoDate, day, list, t, time } from "./words.js";
import { now } from "./clock.js";

// Whoever was chosen; a late answer may have merged them with somebody, under another id.
function chosenPlace(patients, id) {
  const own = patients.findIndex((one) => one.id === id);
  if (own >= 0 || !id) return own;
  const same = patients.filter((one) => one.known_as.some((known) => known === id || known.endsWith(`:${id}`)));
  return same.length === 1 ? patients.indexOf(same[0]) : -1;
}

// The person on the screen, and whether somebody chose them.
export function person(card) {
  const chosen = chosenPlace(card.patients, draft(card.id)?.patient);
  const index = Math.max(0, chosen);
  return { patient: card.patients[index] || null, index, chosen: chosen >= 0 || card.patients.length === 1 };
}

export function ageText(patient) {
  if (patient.age === null) return "";
  return patient.age ? t("age", { n: patient.age }) : t("age.infant");
}

// There is nobody to look up, whatever the lookup says: ask.
export const isHidden = (card) => card.number.kind === "anonymous" && !card.past;

// The line is short, and the buttons below it have the whole name.
const twoNames = (patient) => patient.name.split(" ").slice(0, 2).join(" ");

export const numberText = (card) => card.number.text || t("card.anonymous");

export function headline(card) {
  const { patient, chosen } = person(card);
  if (patient && chosen) return patient.name;
  if (patient) return t("card.several", { n: card.patients.length });
  return numberText(card);
}

// Sources that will say nothing any more.
export const silent = (card) => card.failed.filter((source) => !card.asking.includes(source));

// What the page knows of the call's state: an end that nobody saw is told as that.
export const stateText = (card) => t(card.unseen ? "state.unseen" : `state.${card.state}`);

export function shortName(card) {
  const { patient, chosen } = person(card);
  return patient && chosen ? patient.name : numberText(card);
}

// Why a number may be calling, by what happened with it lately: told once its history is read.
const whys = new Map();

export function explain(id, causes) {
  whys.set(id, causes);
}

// The likeliest first; what says nothing gives way to what does.
const LIKELY = ["today", "reminded", "cut", "lost", "promised", "earlier", "next", "recent"];

export function reasonText(card) {
  if (card.past) return t("card.past");
  const { patient } = person(card);
  const causes = (whys.get(card.id) ?? []).map(({ kind, at, agent }) => ({ kind, text: t(`why.${kind}`, { ago: ago(at, now()), agent }) }));
  const own = { kind: patient?.reason.kind, text: ownReason(card) };
  if (!causes.length) return own.text;
  if (patient && !LIKELY.includes(own.kind)) return causes.map((one) => one.text).join(" · ");
  const place = (one) => (patient ? LIKELY.indexOf(one.kind) : one === own);
  return [own, ...causes].sort((one, other) => place(one) - place(other)).map((one) => one.text).filter(Boolean).join(" · ");
}

// What the reason line is about, for its colour.
export function reasonKind(card) {
  const { patient } = person(card);
  const own = patient ? patient.reason.kind : card.lookup;
  return whys.get(card.id)?.length && own !== "today" ? "why" : own;
}

function ownReason(card) {
  const { patient, chosen } = person(card);
  if (patient && card.hidden.includes("visits")) return "";
  if (patient) return chosen ? visitReason(patient.reason) : `${twoNames(patient)}: ${visitReason(patient.reason)}`;
  if (isHidden(card) && card.lookup !== "degraded") return "";
  if (card.lookup === "running") return t("card.looking");
  if (card.asking.length) return t("card.asking", { sources: list(card.asking) });
  if (card.lookup === "degraded") return t("card.degraded", { sources: list(card.failed) });
  return t("card.unknown");
}

function visitReason({ kind, visit }) {
  if (!visit) return t("reason.none");
  const when = t(`reason.${kind}`, { time: time(visit.at), date: day(visit.at, now()) });
  return [when, visit.doctor, visit.place].filter(Boolean).join(", ");
}

export const policyDates = (policy) => {
  if (policy.standing === "future" && policy.from) return t("policy.from", { date: isoDate(policy.from) });
  return policy.until ? t("policy.until", { date: isoDate(policy.until) }) : t("policy.open");
};
