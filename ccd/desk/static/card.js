// The card: state, who, why, the people on the number, the policy.  Built once, then only texts change.

import { countFrom } from "./clock.js";
import { drawer, h, hide, kbd, put } from "./dom.js";
import { icon, STATE_ICONS } from "./icons.js";
import { people, peopleFacts, remarks } from "./people.js";
import { PolicyBox } from "./policy.js";
import { sources } from "./sources.js";
import { wayText } from "./way.js";
import { ageText, headline, isHidden, numberText, person, reasonKind, reasonText, shortName, stateText } from "./who.js";
import { phoneLabel, t, timer } from "./words.js";

export class Card {
  constructor({ choose, open }) {
    this.policy = new PolicyBox();
    this.pill = h("p", { class: "pill" });
    this.pillIcon = h("span", { class: "pill-icon" });
    this.pillWord = h("strong", null);
    this.pillTime = h("span", { class: "time" });
    this.pill.append(this.pillIcon, this.pillWord, this.pillTime);
    this.context = h("p", { class: "context" });
    this.others = h("div", { class: "others", role: "group", "aria-label": t("card.other_calls") });
    this.name = h("h1", { id: "who" });
    this.age = h("span", { class: "age" });
    this.number = h("p", { class: "number" });
    this.reason = h("p", { class: "reason" });
    this.way = h("p", { class: "way" });
    this.people = h("div", { class: "people" });
    this.sources = h("p", { class: "sources", role: "status" });
    this.remarks = h("ul", { class: "remarks", "aria-label": t("card.remarks"), tabindex: "0" });
    this.element = h("section", { class: "panel card", "aria-labelledby": "who" },
      h("div", { class: "line state-line" }, this.pill, this.context, this.others),
      h("div", { class: "line who-line" }, h("div", { class: "who" }, this.name, this.age), this.number),
      this.sources, h("div", { class: "why" }, this.reason, this.way), this.people, this.remarks, this.policy.element);
    this.drawIcon = drawer(this.pillIcon, (state) => icon(STATE_ICONS[state]));
    this.drawPeople = drawer(this.people, (card, chosenId) => people(card, chosenId, choose));
    this.drawSources = drawer(this.sources, sources);
    this.drawRemarks = drawer(this.remarks, remarks);
    this.drawOthers = drawer(this.others, (cards) => cards.map((one, place) => otherCall(one, place, open)));
  }

  show(card, others) {
    const { patient, chosen } = person(card);
    this.element.dataset.state = card.state;
    this.showState(card);
    put(this.name, headline(card));
    this.name.classList.toggle("figure", !patient);
    this.name.classList.toggle("long", this.name.textContent.length > 28 || Boolean(patient && !chosen));
    this.name.title = this.name.textContent;
    put(this.age, chosen && patient ? ageText(patient) : patient || isHidden(card) ? t("card.ask") : "");
    put(this.number, patient ? numberText(card) : "");
    put(this.reason, reasonText(card));
    this.reason.dataset.kind = reasonKind(card);
    put(this.way, wayText(card));
    this.way.title = this.way.textContent;
    hide(this.way, !this.way.textContent);
    this.drawPeople(peopleFacts(card), chosen ? patient?.id : null);
    this.drawSources({ failed: card.failed, asking: card.asking }, patient && { origin: patient.origin, origins: patient.origins, borrowed: patient.borrowed });
    this.drawRemarks(patient && { remarks: patient.remarks, origins: patient.origins, origin: patient.origin });
    hide(this.remarks, !patient?.remarks.length);
    this.policy.show(card, patient);
    this.drawOthers(others.map((one) => ({ id: one.id, state: one.state, who: shortName(one), since: one.since })));
    hide(this.others, !others.length);
  }

  showState(card) {
    this.pill.dataset.state = card.state;
    this.pill.classList.toggle("asked", Boolean(card.asked));
    this.drawIcon(card.unseen ? "unseen" : card.state);
    put(this.pillWord, stateText(card));
    const running = { ringing: card.since, talking: card.talking ?? card.since, held: card.since }[card.state];
    countFrom(this.pillTime, running ?? null);
    if (running === undefined) put(this.pillTime, card.talked === null ? "" : timer(card.talked * 1000));
    put(this.context, contextText(card));
  }
}

function contextText(card) {
  const parts = [];
  if (card.asked) parts.push(t("state.asked"));
  if (card.state === "elsewhere" && card.agent) parts.push(t("state.by", { agent: card.agent, phone: phoneLabel(card.agent_phone) }));
  if (card.unseen) parts.push(t("state.unseen_why"));
  else if (card.state === "wrapup" && card.unknown.length) parts.push(t("state.unknown_end"));
  else if (card.state === "wrapup" && ["caller", "agent"].includes(card.ended_by)) parts.push(t(`state.by_${card.ended_by}`));
  if (card.queue) parts.push(t("card.queue", { queue: card.queue }));
  if (card.called_number) parts.push(t("card.called", { number: card.called_number }));
  return parts.join(" · ");
}

function otherCall(one, place, open) {
  const time = h("span", { class: "time" });
  countFrom(time, one.since);
  return h("button", { type: "button", class: "other", "data-state": one.state, onclick: () => open(one.id) },
    icon(STATE_ICONS[one.state]),
    h("span", { class: "unseen", text: t(`state.${one.state}`) }),
    h("span", { class: "name", text: one.who }), time, place === 0 && kbd("C"));
}
