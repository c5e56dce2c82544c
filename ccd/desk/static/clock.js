// The server's clock: timers do not trust this computer's.

import { put } from "./dom.js";
import { timer } from "./words.js";

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

setInterval(() => document.querySelectorAll("[data-since]").forEach(show), 250);
