// Which page is on: sign-in, the choice of a phone, or the desk.

import { api } from "./api.js";
import { DeskPage } from "./desk.js";
import { setUser } from "./drafts.js";
import { phonesPage } from "./phones.js";
import { signInPage } from "./signin.js";
import { current, load, setCurrency, setZone } from "./words.js";

const root = document.documentElement;
const place = document.getElementById("page");
const languages = root.dataset.languages.split(" ");
let desk = null;
let wished = false; // a language was picked on the way in: it counts, whatever the user had before

function show(element) {
  desk?.close();
  desk = null;
  place.replaceChildren(element);
}

function remembered() {
  const kept = localStorage.getItem("language");
  return languages.includes(kept) ? kept : root.lang;
}

async function speak(language) {
  await load(language);
  localStorage.setItem("language", language);
}

async function wish(language) {
  wished = true;
  await speak(language);
  await signIn();
}

async function signIn(message = "") {
  document.title = "ccd";
  show(signInPage({ languages, message, changed: wish, entered: enter }));
}

async function enter() {
  let me;
  try {
    me = await api.me();
  } catch (error) {
    await signIn(error.status === 401 ? "" : error.message);
    return;
  }
  setUser(me.name);
  setZone(me.zone);
  setCurrency(me.currency);
  if (wished || !me.language) api.pickLanguage(current()).catch(() => {});
  else if (me.language !== current()) await speak(me.language);
  wished = false;
  if (me.phone || watches(me)) sit(me);
  else await pick(me);
}

async function pick(me) {
  document.title = "ccd";
  const picked = (phone) => {
    if (phone) localStorage.removeItem("watches");
    else localStorage.setItem("watches", me.name);
    sit({ ...me, phone });
  };
  show(await phonesPage({ me, picked, left: leave }));
}

// Who only watches is not asked for a phone each time that another page leads back to the desk.
const watches = (me) => me.oversees && localStorage.getItem("watches") === me.name;

function sit(me) {
  desk?.close();
  desk = new DeskPage(me, { languages, changePhone: () => pick(me), leave, speak: change(me), again: enter, out: signIn });
  place.replaceChildren(desk.element);
}

const change = (me) => async (language) => {
  await speak(language);
  sit({ ...me, language });
  await api.pickLanguage(language).catch(() => {});
};

async function leave() {
  try {
    await api.signOut();
  } catch (error) {
    if (error.status !== 401) return;
  }
  localStorage.removeItem("watches");
  await signIn();
}

await load(remembered());
await enter();
