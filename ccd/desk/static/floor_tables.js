// The three tables of the live page: queues, who waits, agents.

import { h } from "./dom.js";
import { byName, byState, count, level, longest, places, since, state, who } from "./floor_cells.js";
import { Grid } from "./grid.js";
import { phoneLabel, t } from "./words.js";

const figure = (name, marked) => ({ name, kind: "c-figure", cell: (row) => count(row[name], marked) });

export const queues = (facts) => new Grid({
  name: "queues",
  title: "live.queues",
  empty: "live.no_queues",
  columns: [
    { name: "queue", kind: "c-name", cell: (row) => row.id },
    figure("waiting", "warn"),
    { name: "longest", kind: "c-figure", cell: (row) => since(row.longest, facts.long_wait) },
    figure("ready"), figure("ringing"), figure("talking"), figure("wrapup"), figure("busy"), figure("paused"), figure("away"),
    figure("answered"), figure("abandoned"),
    { name: "level", kind: "c-figure", cell: (row) => level(row.level) },
  ],
});

export const waiting = (facts) => new Grid({
  name: "waiting",
  title: "live.who_waits",
  empty: "live.nobody_waits",
  sort: "wait",
  columns: [
    { name: "wait", kind: "c-when", order: longest, cell: (row) => since(row.since, facts.long_wait) },
    { name: "caller", kind: "c-who", order: (one, other) => (one.who.name || one.who.number).localeCompare(other.who.name || other.who.number), cell: waiter },
  ],
});

export const agents = () => new Grid({
  name: "agents",
  title: "live.agents",
  empty: "live.no_agents",
  sort: "state",
  columns: [
    { name: "agent", kind: "c-name", order: byName, cell: (row) => [h("span", { text: row.name || phoneLabel(row.id) }), row.name && h("span", { class: "muted", text: phoneLabel(row.id) })].filter(Boolean) },
    { name: "state", kind: "c-state", order: byState, cell: (row) => state(row.state) },
    { name: "since", kind: "c-when", order: (one, other) => longest(one, other) || byName(one, other), cell: (row) => since(row.since) },
    { name: "with", kind: "c-who", cell: said },
    { name: "in_queues", kind: "c-name", cell: inQueues },
  ],
});

// Who waits, and below where; and at whose phone it rings.
function waiter(row) {
  const [name, number] = who(row.who);
  const rings = row.ringing.length > 0 && t("live.rings_at", { phones: places(row.ringing) });
  const below = [number?.textContent, row.queue, rings].filter(Boolean).join(" · ");
  return [h("div", null, name), h("div", { class: "muted", text: below })];
}

// With whom, or why paused.
function said(row) {
  if (row.who) return who(row.who);
  return row.paused_in.length ? [h("span", { class: "reason", text: row.reason || t("live.no_reason") })] : [];
}

function inQueues(row) {
  const some = row.paused_in.length && row.paused_in.length < row.queues.length;
  return [h("span", { text: row.queues.join(", ") }), some && h("span", { class: "muted", text: t("live.paused_in", { queues: row.paused_in.join(", ") }) })].filter(Boolean);
}
