// Figures in words: each by its unit; what a row of a report is named in the user's language.

import { outcomeLabel } from "./outcomes.js";
import { current, digits, isoDate, money, t, timer, topicLabel } from "./words.js";

const SECOND = 1000;

export function figure(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "seconds") return timer(value * SECOND);
  if (unit === "share") return share(value);
  if (unit === "money") return money(String(value));
  return unit === "per_call" ? parts(value) : digits(value);
}

const share = (value) => new Intl.NumberFormat(current(), { style: "percent", maximumFractionDigits: 1 }).format(value);
const parts = (value) => new Intl.NumberFormat(current(), { maximumFractionDigits: 2 }).format(value);

// A row's name: of a time, of a topic, of a word that the record knows, else as it is.
export function named(by, key, me) {
  if (by === "all") return t("reports.total");
  if (!key) return t("reports.none");
  if (by === "hour") return `${key}:00`;
  if (by === "day") return isoDate(key).slice(0, 5);
  if (by === "weekday") return new Intl.DateTimeFormat(current(), { weekday: "short", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, Number(key))));
  if (by === "month") return new Intl.DateTimeFormat(current(), { month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(`${key}-01T00:00:00Z`));
  if (by === "topic") return topicLabel(me.topics.find((one) => one.id === key)) || key;
  if (by === "outcome") return outcomeLabel(me.outcomes, key);
  return ["direction", "disposition"].includes(by) ? t(`reports.key.${key}`) : key;
}
