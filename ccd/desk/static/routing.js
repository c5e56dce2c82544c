// The routing as a picture, with a period's calls on each way; for whoever oversees.

import { api } from "./api.js";
import { h } from "./dom.js";
import { current, load, t } from "./words.js";

const PERIODS = ["yesterday", "today", "week"];
const words = () => [t("routing.yesterday"), t("routing.today"), t("routing.week")];
const page = document.getElementById("routing");

const address = (since) => `/api/routing.svg?since=${since}&lang=${current()}`;

function draw() {
  const picture = h("img", { src: address(PERIODS[0]), alt: t("routing.alt") });
  const failed = h("p", { role: "alert", hidden: true, text: t("error.server") });
  picture.addEventListener("error", () => { failed.hidden = false; });
  const period = h("select", { id: "since", onchange: (event) => { failed.hidden = true; picture.src = address(event.target.value); } },
    words().map((text, place) => h("option", { value: PERIODS[place], text })));
  document.title = t("routing.title");
  page.replaceChildren(
    h("header", null,
      h("h1", { text: t("routing.title") }),
      h("label", { for: "since", text: t("routing.calls") }), period,
      h("a", { class: "quiet", href: "/", text: t("owed.back") })),
    h("p", { class: "muted", text: t("routing.lead") }),
    failed,
    h("div", { class: "picture", tabindex: "0", role: "region", "aria-label": t("routing.title") }, picture));
}

async function begin() {
  const known = (document.documentElement.dataset.languages || "ru uk en").split(" ");
  try {
    const me = await api.me();
    await load(known.includes(me.language) ? me.language : known[0]);
    if (me.oversees) draw();
    else page.replaceChildren(h("p", { role: "alert", text: t("error.role") }));
  } catch {
    location.assign("/");
  }
}

begin();
