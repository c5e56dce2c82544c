// All keys at a glance.

import { h } from "./dom.js";
import { t } from "./words.js";

const rows = () => [
  [["1", "…", "9"], "topic"],
  [["O"], "outcome"],
  [["N"], "note"],
  [["D"], "doctor"],
  [["S"], "search"],
  [["B"], "book"],
  [["[", "]"], "person"],
  [["/"], "look"],
  [["C"], "call"],
  [[t("key.enter")], "save"],
  [[t("key.shift"), t("key.enter")], "line"],
  [[t("key.esc")], "leave"],
  [["?"], "help"],
];

export function helpDialog() {
  const dialog = h("dialog", { class: "sheet help", "aria-labelledby": "keys-title" },
    h("h2", { id: "keys-title", text: t("keys.title") }),
    h("dl", null, rows().map(([keys, action]) => h("div", null,
      h("dt", null, keys.map((key) => (key === "…" ? h("span", { text: key }) : h("kbd", { text: key })))),
      h("dd", { text: t(`keys.${action}`) })))),
    h("form", { method: "dialog" }, h("button", { type: "button", onclick: () => dialog.close(), text: t("keys.close") })));
  dialog.addEventListener("keydown", (event) => event.key === "?" && dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return dialog;
}
