// When nobody looks: the tab's title, a notification, a short sound; and one polite announcement.

import { put } from "./dom.js";
import { t } from "./words.js";

let audio = null;
const told = new Set();

// Browsers give sound only after a gesture.
export function unlockSound() {
  if (!window.AudioContext) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume().catch(() => {});
}

export function askToNotify() {
  unlockSound();
  if (window.Notification?.permission === "default") Notification.requestPermission().catch(() => {});
}

function beep(at, pitch) {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.2, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.22);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 0.25);
}

function sound() {
  if (audio?.state !== "running") return;
  beep(audio.currentTime, 660);
  beep(audio.currentTime + 0.18, 880);
}

function notify(id, who, why) {
  if (window.Notification?.permission !== "granted") return;
  const note = new Notification(t("alert.title", { who }), { body: why, tag: id, silent: true });
  note.onclick = () => {
    window.focus();
    note.close();
  };
}

// Once for each call, when it is known who calls (or that it is not known); again when a late answer tells.
export function announce(card, who, why) {
  const key = `${card.id} ${card.lookup === "known"}`;
  if (card.state !== "ringing" || card.lookup === "running" || told.has(key)) return;
  told.add(key);
  put(document.getElementById("announce"), t("alert.announce", { who, why }));
  if (document.hidden) notify(card.id, who, why);
}

export function ring(isNew) {
  if (isNew && document.hidden) sound();
}

for (const gesture of ["pointerdown", "keydown"]) {
  document.addEventListener(gesture, unlockSound, { once: true, capture: true });
}
