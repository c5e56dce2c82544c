// The server's clock: timers do not trust this computer's.

import { put } from "./dom.js";
import { ago, timer } from "./words.js";

let offset = 0;

export const now = () => Date.now() + offset;

export function sync(serverNow) {
  offset = serverNow - Date.now();
}

// An element that counts up from a moment; null stops it.
export function countFrom(element, since) {
  if (since === null || since === undefined) delete element.dataset.since;
  else element.dataset.since = since;
  show(element);
}

function show(element) {
  if (element.dataset.since) put(element, timer(now() - Number(element.dataset.since)));
}

// An element that says how long ago that was.
export function ageOf(element, at) {
  element.dataset.at = at;
  put(element, ago(at, now()));
}

setInterval(() => document.querySelectorAll("[data-at]").forEach((one) => ageOf(one, Number(one.dataset.at))), 10_000);
setInterval(() => document.querySelectorAll("[data-since]").forEach(show), 250);
