// Keys: by their place on the keyboard, so that they work in every layout; never while someone types.

const TYPING = "textarea, select, input:not([type=radio])";

export const isTyping = () => Boolean(document.activeElement?.matches(TYPING));

export function listenToKeys(act) {
  const handle = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    const done = event.target.matches?.(TYPING) ? inField(event, act) : onPage(event, act);
    if (done) event.preventDefault();
  };
  document.addEventListener("keydown", handle);
  return () => document.removeEventListener("keydown", handle);
}

function inField(event, act) {
  if (event.key === "Escape") {
    event.target.blur();
    return true;
  }
  if (event.key !== "Enter" || event.shiftKey || event.target.matches("select")) return false;
  if (event.target.id === "note") act.save();
  return true;
}

function onPage(event, act) {
  if (event.key === "?") return act.help() || true;
  const choosing = Boolean(event.target.closest?.(".outcomes"));
  if (event.key === "Escape") return (choosing ? act.outcomeBack() : act.leave()) || true;
  if (event.key === "Enter") return event.target.matches?.("button, a, summary") ? false : act.save() || true;
  if (event.shiftKey || event.repeat) return false;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit) return (choosing ? act.outcomePick : act.topic)(Number(digit[1]) - 1) || true;
  const action = { KeyN: act.note, KeyO: act.outcome, KeyD: act.doctor, KeyS: act.search, KeyB: act.book, KeyC: act.nextCall, Slash: act.lookUp, BracketLeft: () => act.person(-1), BracketRight: () => act.person(1) }[event.code];
  return action ? action() || true : false;
}
