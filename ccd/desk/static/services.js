// What the policies pay for: the lines that a search leaves, with the clause and whether sources disagree.

import { h } from "./dom.js";
import { sourceName, sourcesOf } from "./origins.js";
import { finder, plain } from "./synonyms.js";
import { money, t } from "./words.js";

const SIGNS = { covered: "✓", copay: "±", not_covered: "✕", unknown: "?" };
const SHOWN = 200;

export function services(patient, policies, text) {
  const fits = finder(text);
  const found = rows(patient, policies).filter(({ service }) => fits(service));
  if (found.length) return found.slice(0, SHOWN).map(serviceLine);
  if (!policies.length) return [];
  const key = policies.some((policy) => policy.coverage.length) ? "policy.no_match" : "policy.no_coverage";
  return [h("li", { class: "empty", text: t(key, { text }) })];
}

function rows(patient, policies) {
  const all = policies.flatMap((policy) => policy.coverage.map((one) => ({ ...one, policy })));
  const sources = sourcesOf(patient, [...all, ...policies]);
  const answers = answersOf(all);
  return all.map((one) => ({
    service: one.service,
    kind: one.answer,
    answer: answerText(one),
    disagree: answers.get(subject(one)).size > 1,
    terms: [
      policies.length > 1 && one.policy.programme,
      one.clause && t("policy.clause", { clause: one.clause }),
      sourceName(patient, one, sources),
    ].filter(Boolean).join(" · "),
  }));
}

// Two answers about one service under the same policy: both are shown, and that they differ.
function answersOf(all) {
  const answers = new Map();
  for (const one of all) answers.set(subject(one), (answers.get(subject(one)) ?? new Set()).add(answerText(one)));
  return answers;
}

const subject = ({ policy, service }) => JSON.stringify([policy.insurer, policy.number, plain(service)]);

function serviceLine(one) {
  return h("li", { "data-answer": one.kind },
    h("span", { class: "sign", "aria-hidden": "true", text: SIGNS[one.kind] }),
    h("span", { class: "service", text: one.service }),
    one.terms && h("span", { class: "muted", text: one.terms }),
    h("span", { class: "answer", text: one.answer }, one.disagree && h("span", { class: "disagree", text: t("policy.disagree") })));
}

function answerText({ answer, copay, amount }) {
  if (answer !== "copay") return t(`answer.${answer}`);
  if (copay !== null) return t("answer.copay", { percent: copay });
  return amount === null ? t("answer.copay_some") : t("answer.copay_sum", { sum: money(amount) });
}
