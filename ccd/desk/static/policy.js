// The policy and what it pays for, searchable while the patient waits on the line.

import { drawer, h, hide, kbd, put } from "./dom.js";
import { icon } from "./icons.js";
import { sourceLine, sourceName, sourcesOf } from "./origins.js";
import { services } from "./services.js";
import { policyDates, silent } from "./who.js";
import { list, t } from "./words.js";

export class PolicyBox {
  constructor() {
    this.owner = h("span", { class: "owner" });
    this.origins = h("span", { class: "origins" });
    this.input = h("input", { type: "search", id: "service", placeholder: t("policy.search"), "aria-label": t("policy.search"), autocomplete: "off", spellcheck: "false" });
    this.field = h("div", { class: "search" }, icon("search"), this.input, kbd("S"));
    this.lines = h("div", { class: "policies" });
    this.services = h("ul", { class: "services", "aria-label": t("policy.services"), tabindex: "0" });
    this.element = h("section", { class: "policy", "aria-labelledby": "policy-title" },
      h("div", { class: "line" }, h("h2", { id: "policy-title", text: t("policy.title") }, this.owner), this.field, this.origins),
      this.lines, this.services);
    this.drawLines = drawer(this.lines, lines);
    this.drawServices = drawer(this.services, services);
    this.drawOrigins = drawer(this.origins, sourceLine);
    this.input.addEventListener("input", () => this.search());
  }

  // What is being searched stays when a late answer comes, or when another person is chosen.
  show(card, patient) {
    if (card.id !== this.id) this.input.value = "";
    this.id = card.id;
    this.patient = patient;
    this.hidden = card.hidden.includes("coverage");
    put(this.owner, patient && card.patients.length > 1 ? patient.name : "");
    this.drawOrigins(patient ? sourcesOf(patient, patient.policies.flatMap((one) => [one, ...one.coverage])) : []);
    this.drawLines(facts(card), patient && { policies: patient.policies, origins: patient.origins });
    hide(this.field, !this.valid().some((policy) => policy.coverage.length));
    this.search();
  }

  valid() {
    return (this.patient?.policies || []).filter((policy) => policy.standing === "valid");
  }

  search() {
    this.drawServices(this.patient && { origins: this.patient.origins }, this.hidden ? [] : this.valid(), this.input.value.trim());
  }
}

const facts = (card) => ({ silent: silent(card), asking: card.asking, hidden: card.hidden, running: card.lookup === "running" });

function lines(card, patient) {
  const mixed = patient ? sourcesOf(patient, patient.policies) : [];
  const policies = [...(patient?.policies || [])].sort(byStanding).map((policy) => policyLine(policy, sourceName(patient, policy, mixed)));
  return [...notes(card, patient), ...policies, ...closed(card, patient)];
}

// Why there is no policy here.
function notes({ silent, asking, hidden, running }, patient) {
  if (hidden.includes("policies")) return [empty(t("card.not_shown"))];
  if (patient?.policies.length) return [];
  if (silent.length) return [h("p", { class: "failed" }, icon("warn"), h("span", { text: t("policy.failed", { sources: list(silent) }) }))];
  if (asking.length) return [empty(t("card.asking", { sources: list(asking) }))];
  if (!patient) return running ? [] : [empty(t("card.no_data"))];
  return [empty(t("policy.none"))];
}

const closed = ({ hidden }, patient) => (patient?.policies.length && hidden.includes("coverage") ? [empty(t("card.services_not_shown"))] : []);
const empty = (text) => h("p", { class: "empty", text });

const ORDER = ["valid", "future", "inactive", "expired"];
const byStanding = (one, other) => ORDER.indexOf(one.standing) - ORDER.indexOf(other.standing);

function policyLine(policy, source) {
  return h("p", { class: "policy-line", "data-standing": policy.standing },
    h("span", { class: "standing", text: t(`policy.${policy.standing}`) }),
    h("strong", { text: policy.insurer }),
    h("span", { class: "programme", text: policy.programme }),
    h("span", { class: "muted", text: policyDates(policy) }),
    policy.number && h("span", { class: "muted", text: t("policy.number", { number: policy.number }) }),
    source && h("span", { class: "muted", text: source }));
}
