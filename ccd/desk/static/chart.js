// Bars, or a line over time, in SVG.  Each value is a button: arrows move along, Enter picks; a table beside has
// the same figures.  Values may be null: there is no bar, and the line has a gap.

const SVG = "http://www.w3.org/2000/svg";
const EDGE = { left: 72, right: 12, top: 18, bottom: 28 };
const LETTER = 8; // room for one letter under the chart, in pixels
const GAP = 8; // between two words there
const FEWEST = 8; // letters of a name that still tell something; where there is less room, only some bars are named
const STEPS = [1, 2, 2.5, 5, 10];
const OF_TIME = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];
const LETTERS = 14;

function s(tag, props, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props || {})) element.setAttribute(name, value);
  element.append(...children.filter(Boolean));
  return element;
}

// Round steps from zero to above the highest value: a count has no halves, seconds go by minutes and hours.
export function scale(highest, unit) {
  if (!(highest > 0)) return { top: 1, step: 1 };
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const steps = unit === "seconds" ? OF_TIME : STEPS.map((one) => one * power);
  const step = steps.find((one) => one >= rough && (unit !== "calls" || Number.isInteger(one))) ?? Math.ceil(rough);
  return { top: Math.ceil(highest / step - 1e-9) * step, step };
}

// `rows`: [{ key, label, value, text }]; `unit` is the values'; `tick` puts one of the axis into words; sizes in pixels.
export function chart({ rows, line, unit, title, tick, pick, width, height }) {
  const { top, step } = scale(Math.max(0, ...rows.map((one) => one.value ?? 0)), unit);
  const base = height - EDGE.bottom;
  const right = width - EDGE.right;
  const slot = (right - EDGE.left) / Math.max(1, rows.length);
  const x = (place) => EDGE.left + slot * (place + 0.5);
  const y = (value) => base - (value / top) * (base - EDGE.top);
  const fitting = Math.floor((slot - GAP) / LETTER);
  const words = rows.map((one) => cut(one.label, fitting >= FEWEST ? Math.min(fitting, LETTERS) : LETTERS));
  const room = Math.max(...words.map((one) => one.length)) * LETTER;
  const every = Math.max(1, Math.ceil((room + GAP) / slot));
  const under = (place) => Math.min(x(place), width - room / 2);
  const marks = rows.map((one, place) => mark(one, { at: x(place), slot, base, y, line, pick, first: place === 0 }));
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "group", "aria-label": title },
    ...grid({ top, step, y, tick, right }), line && s("path", { class: "line", d: way(rows, x, y) }), ...marks,
    ...words.map((one, place) => place % every === 0 && word(one, under(place), base + 20, "middle")));
  svg.addEventListener("keydown", (event) => along(event, marks));
  return svg;
}

function grid({ top, step, y, tick, right }) {
  const count = Math.round(top / step);
  return Array.from({ length: count + 1 }, (_, place) => place * step).flatMap((value) => [
    s("line", { class: "grid", x1: EDGE.left, x2: right, y1: y(value), y2: y(value) }),
    word(tick(value), EDGE.left - 8, y(value) + 5, "end"),
  ]);
}

function mark(one, { at, slot, base, y, line, pick, first }) {
  const wide = Math.min(slot * 0.72, 72);
  const high = one.value === null ? base : y(one.value);
  const shape = one.value === null ? null : line
    ? s("circle", { class: "dot", cx: at, cy: high, r: 4.5 })
    : s("rect", { class: "bar", x: at - wide / 2, y: high, width: wide, height: Math.max(base - high, one.value ? 1.5 : 0), rx: 2 });
  const group = s("g", { class: "mark", role: "button", tabindex: first ? "0" : "-1", "data-key": one.key, "aria-label": `${one.label}: ${one.text}` },
    s("title", null, document.createTextNode(`${one.label}: ${one.text}`)),
    s("rect", { class: "hit", x: at - slot / 2, y: EDGE.top, width: slot, height: base - EDGE.top }), shape,
    !line && slot > 44 && one.value !== null && word(one.text, at, high - 5, "middle", "value"));
  group.addEventListener("click", () => pick(one));
  return group;
}

function way(rows, x, y) {
  let open = false;
  return rows.map((one, place) => {
    const begin = open ? "L" : "M";
    open = one.value !== null;
    return open ? `${begin}${x(place).toFixed(1)} ${y(one.value).toFixed(1)}` : "";
  }).join("");
}

function word(text, at, high, anchor, kind = "word") {
  return s("text", { class: kind, x: at, y: high, "text-anchor": anchor }, document.createTextNode(text));
}

const cut = (text, letters) => (text.length > letters ? `${text.slice(0, letters - 1)}…` : text);

function along(event, marks) {
  const at = marks.indexOf(document.activeElement);
  if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: marks.length - 1 }[event.key];
  if (event.key === "Enter" || event.key === " ") marks[at].dispatchEvent(new MouseEvent("click"));
  else if (marks[to] === undefined) return;
  else {
    for (const one of marks) one.setAttribute("tabindex", one === marks[to] ? "0" : "-1");
    marks[to].focus();
  }
  event.preventDefault();
}
