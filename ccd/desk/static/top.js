// The line on top: who sits where, the queue now, the state of the link.

import { countFrom } from "./clock.js";
import { drawer, h, hide, put } from "./dom.js";
import { icon } from "./icons.js";
import { lookUpButton } from "./lookup.js";
import { pagesMenu } from "./pages.js";
import { digits, LANGUAGES, phoneLabel, t } from "./words.js";

export class Top {
  constructor(me, { languages, changePhone, leave, speak, help, retry, lookUp }) {
    this.waiting = h("dd", { text: "–" });
    this.longest = h("dd", { class: "time", text: "–" });
    this.doctors = h("dd", { text: "–" });
    this.link = h("span", { class: "link", "data-state": "connecting" }, h("span", { class: "lamp" }));
    this.linkWord = h("span", { text: t("top.connecting") });
    this.link.append(this.linkWord);
    this.stale = false;
    this.banner = h("div", { class: "banner", role: "alert", hidden: true });
    this.retry = h("button", { type: "button", text: t("offline.retry"), onclick: retry });
    this.drawBanner = drawer(this.banner, (offline, stale) => {
      hide(this.banner, !offline && !stale);
      this.element.classList.toggle("stale", stale); // the counts would lie: the banner takes their place
      if (offline) return [icon("warn"), h("p", { text: t("offline.text") }), this.retry];
      return stale ? [icon("warn"), h("p", { text: t("stale.text") })] : [];
    });
    const language = h("select", { "aria-label": t("signin.language"), onchange: (event) => speak(event.target.value) },
      languages.map((code) => h("option", { value: code, lang: code, selected: code === document.documentElement.lang, text: LANGUAGES[code] })));
    const seat = me.phone ? t("top.phone", { phone: phoneLabel(me.phone) }) : t("top.no_phone");
    this.element = h("header", { class: "top" },
      h("p", { class: "brand", text: t("app.title") }),
      h("button", { type: "button", class: "quiet seat", title: t("top.change_phone"), onclick: changePhone },
        h("strong", { text: me.full_name }), h("span", { class: "muted", text: t(`role.${me.role}`) }), h("span", { class: "badge", text: seat })),
      h("dl", { class: "board", "aria-label": t("top.summary") },
        count("top.waiting", this.waiting), count("top.longest", this.longest), count("top.doctors", this.doctors)),
      h("nav", { class: "tools", "aria-label": t("top.keys") },
        this.link,
        lookUpButton(lookUp),
        pagesMenu(me),
        h("button", { type: "button", class: "quiet", onclick: help }, h("span", { text: t("top.keys") }), h("kbd", { text: "?" })),
        language,
        h("button", { type: "button", class: "quiet", onclick: leave, text: t("top.sign_out") })),
      this.banner);
  }

  board({ waiting, longest, doctors, stale }) {
    this.stale = stale;
    this.warn();
    put(this.waiting, digits(waiting));
    countFrom(this.longest, waiting ? longest : null);
    if (!waiting || longest === null) put(this.longest, "–");
    put(this.doctors, digits(doctors));
    this.waiting.parentElement.classList.toggle("some", waiting > 0);
    this.doctors.parentElement.classList.toggle("none", doctors === 0);
  }

  online() {
    this.link.dataset.state = "online";
    put(this.linkWord, t("top.online"));
    this.warn();
  }

  offline() {
    if (this.link.dataset.state === "offline") return;
    this.link.dataset.state = "offline";
    put(this.linkWord, t("top.offline"));
    this.warn();
  }

  // What is shown may be old: no word from ccd, or none from the exchange to ccd.
  warn() {
    const offline = this.link.dataset.state === "offline";
    this.drawBanner(offline, !offline && this.stale);
  }
}

const count = (key, value) => h("div", null, h("dt", { text: t(key) }), value);
