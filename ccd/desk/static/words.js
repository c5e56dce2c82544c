// Words, plurals, dates and numbers of the chosen language; the clinic's clock, not the browser's.

export const LANGUAGES = { ru: "Русский", uk: "Українська", en: "English" };

let words = {};
let language = "ru";
let zone;
let currency = "";
let plural;
let formats = {};

// Some pages have words of their own beside the common ones: `parts`.
export async function load(chosen, ...parts) {
  const files = ["", ...parts].map((part) => fetch(`/locales/${part}${chosen}.json`).then((answer) => answer.json()));
  words = Object.assign({}, ...(await Promise.all(files)));
  language = chosen;
  document.documentElement.lang = chosen;
  plural = new Intl.PluralRules(chosen);
  setZone(zone);
}

// ISO 4217, or empty: sums are then shown as bare numbers.
export function setCurrency(code) {
  currency = code;
}

export function setZone(name) {
  zone = name;
  const format = (options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
  formats = {
    time: format({ hour: "2-digit", minute: "2-digit", hour12: false, hourCycle: "h23" }),
    day: format({ day: "numeric", month: "short" }),
    dayYear: format({ day: "numeric", month: "short", year: "numeric" }),
    date: new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { timeZone: "UTC", day: "2-digit", month: "2-digit", year: "numeric" }),
    key: new Intl.DateTimeFormat("en-CA", { timeZone: zone }),
  };
}

export const current = () => language;

export function t(key, facts = {}) {
  let text = words[key] ?? key;
  if (typeof text === "object") text = text[plural.select(facts.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

export const time = (ms) => formats.time.format(ms);
export const dateKey = (ms) => formats.key.format(ms);
export const isoDate = (iso) => formats.date.format(new Date(`${iso}T00:00:00Z`));

// So many days later by the calendar: a day of the clock's change has 23 or 25 hours.
export const dayOff = (key, days) => new Date(Date.parse(key) + days * 86_400_000).toISOString().slice(0, 10);

// "today", "yesterday", "12 Nov", with the year only when it is another one.
export function day(ms, now) {
  const key = dateKey(ms);
  for (const [name, shift] of [["today", 0], ["tomorrow", 1], ["yesterday", -1]]) {
    if (key === dayOff(dateKey(now), shift)) return t(`day.${name}`);
  }
  const sameYear = key.slice(0, 4) === formats.key.format(now).slice(0, 4);
  return (sameYear ? formats.day : formats.dayYear).format(ms);
}

// "just now", "2 min ago", "3 hr ago", then the date.
export function ago(ms, now) {
  const minutes = Math.floor((now - ms) / 60_000);
  if (minutes < 1) return t("origin.now");
  const format = new Intl.RelativeTimeFormat(language, { style: "short" });
  if (minutes < 60) return format.format(-minutes, "minute");
  return minutes < 1440 ? format.format(-Math.floor(minutes / 60), "hour") : day(ms, now);
}

export function timer(ms) {
  const all = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

export function span(seconds) {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? t("time.m", { m: minutes }) : t("time.hm", { h: Math.floor(minutes / 60), m: minutes % 60 });
}

export function languageName(code) {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code) || code;
  } catch {
    return code;
  }
}

export const list = (items) => new Intl.ListFormat(language, { type: "conjunction" }).format(items);
export const digits = (number) => new Intl.NumberFormat(language).format(number);
export const money = (text) => {
  const parts = /\.\d*[1-9]/.test(text) ? { minimumFractionDigits: 2 } : { minimumFractionDigits: 0 };
  const unit = currency ? { style: "currency", currency, currencyDisplay: "narrowSymbol" } : {};
  return new Intl.NumberFormat(language, { ...unit, ...parts }).format(text);
};
export const topicLabel = (topic) => (topic ? topic[language] || topic.id : "");
export const phoneLabel = (phone) => (phone || "").replace(/^(PJSIP|SIP|IAX2|Local)\//i, "").replace(/@.*$/, "");
