// The policy and what it pays for, searchable while the patient waits on the line.

import { drawer, h, hide, kbd, put } from "./dom.js";
import { icon } from "./icons.js";
import { policyDates } from "./who.js";
import { list, t } from "./words.js";

const SIGNS = { covered: "✓", copay: "±", not_covered: "✕" };
const SHOWN = 200;

export class PolicyBox {
  constructor() {
    this.owner = h("span", { class: "owner" });
    this.input = h("input", { type: "search", id: "service", placeholder: t("policy.search"), "aria-label": t("policy.search"), autocomplete: "off", spellcheck: "false" });
    this.field = h("div", { class: "search" }, icon("search"), this.input, kbd("S"));
    this.lines = h("div", { class: "policies" });
    this.services = h("ul", { class: "services", "aria-label": t("policy.services"), tabindex: "0" });
    this.element = h("section", { class: "policy", "aria-labelledby": "policy-title" },
      h("div", { class: "line" }, h("h2", { id: "policy-title", text: t("policy.title") }, this.owner)),
      this.lines, this.field, this.services);
    this.drawLines = drawer(this.lines, lines);
    this.drawServices = drawer(this.services, services);
    this.input.addEventListener("input", () => this.search());
  }

  show(card, patient) {
    if (card.id !== this.id || patient?.id !== this.patientId) this.input.value = "";
    this.id = card.id;
    this.patientId = patient?.id;
    this.patient = patient;
    put(this.owner, patient && card.patients.length > 1 ? patient.name : "");
    this.drawLines(card, patient);
    hide(this.field, !this.valid().some((policy) => policy.coverage.length));
    this.search();
  }

  valid() {
    return (this.patient?.policies || []).filter((policy) => policy.standing === "valid");
  }

  search() {
    this.drawServices(this.valid(), this.input.value.trim());
  }
}

function lines(card, patient) {
  const facts = [];
  if (card.failed.length && !patient?.policies.length) {
    facts.push(h("p", { class: "failed" }, icon("warn"), h("span", { text: t("policy.failed", { sources: list(card.failed) }) })));
  } else if (!patient && card.lookup !== "running") {
    facts.push(h("p", { class: "empty", text: t("card.no_data") }));
  } else if (patient && !patient.policies.length) {
    facts.push(h("p", { class: "empty", text: t("policy.none") }));
  }
  for (const policy of [...(patient?.policies || [])].sort(byStanding)) facts.push(policyLine(policy));
  return facts;
}

const ORDER = ["valid", "future", "expired"];
const byStanding = (one, other) => ORDER.indexOf(one.standing) - ORDER.indexOf(other.standing);

function policyLine(policy) {
  return h("p", { class: "policy-line", "data-standing": policy.standing },
    h("span", { class: "standing", text: t(`policy.${policy.standing}`) }),
    h("strong", { text: policy.insurer }),
    h("span", { class: "programme", text: policy.programme }),
    h("span", { class: "muted", text: policyDates(policy) }),
    policy.number && h("span", { class: "muted", text: t("policy.number", { number: policy.number }) }));
}

const plain = (text) => text.toLocaleLowerCase().replaceAll("ё", "е");

function services(policies, text) {
  const wanted = plain(text).split(/\s+/).filter(Boolean);
  const found = policies.flatMap((policy) => policy.coverage
    .filter((one) => wanted.every((word) => plain(one.service).includes(word)))
    .map((one) => ({ ...one, policy: policies.length > 1 ? policy.programme : "" })));
  if (found.length) return found.slice(0, SHOWN).map(serviceLine);
  if (!policies.length) return [];
  const key = policies.some((policy) => policy.coverage.length) ? "policy.no_match" : "policy.no_coverage";
  return [h("li", { class: "empty", text: t(key, { text }) })];
}

function serviceLine(one) {
  return h("li", { "data-answer": one.answer },
    h("span", { class: "sign", "aria-hidden": "true", text: SIGNS[one.answer] }),
    h("span", { class: "service", text: one.service }),
    one.policy && h("span", { class: "muted", text: one.policy }),
    h("span", { class: "answer", text: answerText(one) }));
}

function answerText({ answer, copay }) {
  if (answer !== "copay") return t(`answer.${answer}`);
  return copay === null ? t("answer.copay_some") : t("answer.copay", { percent: copay });
}
