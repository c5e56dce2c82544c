// What the call went through before it rang here, on one line; nothing where it came straight from a queue.

import { phoneLabel, t, timer } from "./words.js";

export function wayText(card) {
  const way = card.way ?? [];
  if (!way.length || (way.length === 1 && way[0].kind === "waited")) return "";
  return [card.rule, ...way.map(wordsOf)].filter(Boolean).join(" → ");
}

function wordsOf(one) {
  const lasted = typeof one.seconds === "number" ? ` ${timer(one.seconds * 1000)}` : "";
  const name = one.who ? phoneLabel(one.who) : "";
  return t(`way.${one.kind}`, { queue: one.queue ?? "", who: name, key: one.key ?? "" }) + lasted;
}
