// Everyone behind the number: a choice when they are several, and what the clinic says of the one on the screen.

import { h, kbd } from "./dom.js";
import { reachText } from "./relations.js";
import { sourceName, sourcesOf } from "./origins.js";
import { ageText } from "./who.js";
import { languageName, money, t } from "./words.js";

const SHORT_NAME = 16; // letters that are never cut off to make room for longer names

// What of a card the people's row shows: nothing else draws it anew.
export const peopleFacts = (card) => ({
  patients: card.patients.map(({ id, name, age, tags, language, doctor, debt, reach, relationship, through }) =>
    ({ id, name, age, tags, language, doctor, debt, reach, relationship, through })),
  callerName: card.lookup === "unknown" || card.lookup === "degraded" ? card.caller_name : "",
});

export function people({ patients, callerName }, chosenId, choose) {
  if (patients.length > 1) return chooser(patients, chosenId, choose);
  if (!patients.length) return callerName ? [h("span", { class: "tag plain", text: t("card.line_says", { name: callerName }) })] : [];
  return tags(patients[0]);
}

function tags(patient) {
  const words = [];
  if (patient.reach !== "own") words.push(h("span", { class: "tag reach", text: reachText(patient) }));
  words.push(...patient.tags.map((tag) => h("span", { class: "tag", text: tag })));
  if (patient.language) words.push(h("span", { class: "tag plain", text: t("card.speaks", { language: languageName(patient.language) }) }));
  return [...words, ...standing(patient)];
}

// Who treats them, and what they owe as the clinic gave it: nothing is said of 0, nor of what nobody gave.
function standing({ doctor, debt }) {
  const words = [];
  if (doctor) words.push(h("span", { class: "tag plain doctor", title: doctor, text: t("card.doctor", { name: doctor }) }));
  if (debt && Number(debt)) words.push(h("span", { class: "tag debt", text: t("card.debt", { sum: money(debt) }) }));
  return words;
}

function chooser(patients, chosenId, choose) {
  const buttons = patients.map((one, place) => h("button", {
    type: "button",
    class: `choice person${chosenId || place ? "" : " peeked"}${one.name.length > SHORT_NAME ? "" : " short"}`,
    title: one.name,
    "data-key": one.id,
    "aria-pressed": String(one.id === chosenId),
    onclick: () => choose(one.id),
  }, h("span", { class: "name", text: one.name }), h("span", { class: "muted", text: ageText(one) }),
  h("span", { class: "reach", text: reachText(one) })));
  return [
    h("div", { class: "choices", role: "group", "aria-label": t("card.people") }, buttons),
    kbd("["), kbd("]"),
    ...standing(patients.find((one) => one.id === chosenId) ?? {}),
  ];
}

// What the clinic chose to show: medical first.
export function remarks(patient) {
  if (!patient) return [];
  const sources = sourcesOf(patient, [...patient.remarks, patient]);
  const medicalFirst = [...patient.remarks].sort((one, other) => (other.kind === "medical") - (one.kind === "medical"));
  return medicalFirst.map((remark) => h("li", { "data-kind": remark.kind },
    h("strong", { text: t(`remark.${remark.kind}`) }), h("span", { text: remark.text }),
    h("span", { class: "muted", text: sourceName(patient, remark, sources) })));
}
