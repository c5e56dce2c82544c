// Signing in, in one's own language.

import { unlockSound } from "./alerts.js";
import { api } from "./api.js";
import { h, put } from "./dom.js";
import { current, LANGUAGES, t } from "./words.js";

export function languageSwitch(languages, changed) {
  const choices = languages.map((code) =>
    h("button", {
      type: "button",
      class: "choice",
      lang: code,
      "aria-pressed": String(code === current()),
      text: LANGUAGES[code],
      onclick: () => changed(code),
    }));
  return h("div", { class: "languages", role: "group", "aria-label": t("signin.language") }, choices);
}

export function signInPage({ languages, message, changed, entered }) {
  const name = h("input", { id: "name", name: "username", autocomplete: "username", required: true, maxlength: 100, autocapitalize: "none", spellcheck: "false" });
  const password = h("input", { id: "password", type: "password", autocomplete: "current-password", required: true, maxlength: 1000 });
  const error = h("p", { class: "error", role: "alert", text: message });
  const submit = h("button", { class: "primary", text: t("signin.submit") });
  const form = h("form", { class: "sheet narrow", novalidate: true },
    h("p", { class: "brand big", text: t("app.title") }),
    h("h1", { text: t("signin.title") }),
    h("p", { class: "lead", text: t("signin.lead") }),
    h("label", { for: "name", text: t("signin.name") }), name,
    h("label", { for: "password", text: t("signin.password") }), password,
    error, submit, languageSwitch(languages, changed));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    unlockSound();
    if (!name.value.trim()) return name.focus();
    if (!password.value) return password.focus();
    submit.disabled = true;
    put(submit, t("signin.busy"));
    put(error, "");
    try {
      await api.signIn(name.value.trim(), password.value);
      await entered();
    } catch (problem) {
      put(error, problem.message);
      submit.disabled = false;
      put(submit, t("signin.submit"));
      password.select();
    }
  });
  requestAnimationFrame(() => name.focus());
  return h("main", { class: "entrance" }, form);
}
