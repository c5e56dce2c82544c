// Rows of callbacks, messages and missed calls: facts in words, and what can be done with each.

import { now } from "./clock.js";
import { h, kbd } from "./dom.js";
import { icon } from "./icons.js";
import { day, t, time, timer } from "./words.js";

export function whoText({ number, name, people, line_name }) {
  const several = people > 1 ? t("card.several", { n: people }) : "";
  return [name || line_name || several, number || t("owed.no_number")].filter(Boolean).join(", ");
}

export function promiseRow(one, cancel) {
  return row(`promise-${one.id}`, one.who, [one.queue, t("owed.promised", { when: when(one.promised) })], deadline(one),
    [act("owed.take_back", "X", "KeyX", one.who, () => cancel(one))], one.late ? "late" : one.state);
}

export function brokenRow(one) {
  const why = h("span", { class: "mark", text: t(one.state === "expired" ? "owed.expired" : "owed.unreachable") });
  return row(`broken-${one.id}`, one.who, [one.queue, t("owed.due", { when: when(one.due) }), tries(one)], why, [], one.state);
}

export function messageRow(one, { play, heard, playing }) {
  const length = h("span", { class: "time", text: timer(one.seconds * 1000) });
  return row(`message-${one.id}`, one.who, [one.box, when(one.at)], length, [
    act(playing === one.id ? "owed.pause" : "owed.play", "↵", "Enter", one.who, () => play(one)),
    act("owed.heard", "H", "KeyH", one.who, () => heard(one)),
  ], playing === one.id ? "playing" : "");
}

export function row(key, who, details, right, actions, state) {
  const name = who.name || who.line_name || (who.people > 1 ? t("card.several", { n: who.people }) : "");
  const number = who.number || t("owed.no_number");
  return h("li", { tabindex: "-1", "data-key": key, "data-state": state },
    h("span", { class: "what" },
      h("strong", { text: name || number }),
      h("span", { class: "note", text: [name && number, ...details].filter(Boolean).join(" · ") })),
    h("span", { class: "right" }, right), h("span", { class: "acts" }, actions));
}

export function act(word, key, code, who, onclick) {
  return h("button", { type: "button", class: "small", "data-code": code, onclick },
    h("span", { text: t(word) }), h("span", { class: "unseen", text: whoText(who) }), kbd(key));
}

// When he expects the call; a mark and a word when that moment has passed.
function deadline(one) {
  const due = h("span", { text: one.at ? t("owed.at", { when: when(one.at) }) : t("owed.due", { when: when(one.due) }) });
  if (one.state === "calling") return [h("span", { class: "mark", text: t("owed.calling") }), due];
  if (one.late) return [lateMark(), due];
  return one.attempts ? [due, h("span", { class: "note", text: tries(one) })] : due;
}

export const lateMark = () => h("span", { class: "mark" }, icon("warn"), h("span", { text: t("owed.late") }));
const tries = (one) => (one.attempts ? t("owed.tries", { n: one.attempts }) : "");

export function when(ms) {
  const date = day(ms, now());
  return date === t("day.today") ? time(ms) : `${date} ${time(ms)}`;
}
