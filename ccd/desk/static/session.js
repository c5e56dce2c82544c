// Who is signed in, and the page in that user's language.

import { api } from "./api.js";
import { LANGUAGES, load, setZone, t } from "./words.js";

// The user, once the page has its words (those of `parts`, too) and its title; for nobody null: the desk asks who it is.
export async function signedIn(title, ...parts) {
  let me;
  try {
    me = await api.me();
  } catch {
    location.assign("/");
    return null;
  }
  setZone(me.zone);
  await load([me.language, localStorage.getItem("language")].find((one) => one in LANGUAGES) ?? document.documentElement.lang, ...parts);
  document.title = t(title);
  return me;
}
