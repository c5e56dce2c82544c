// A handful of line icons, drawn as SVG elements; decorative, a word always stands beside them.

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = {
  phone: "M5 3.500c.8-.8 1.900-.6 2.400.3l1.100 1.900c.4.700.2 1.600-.4 2.100l-.8.7c.8 1.500 1.900 2.700 3.400 3.400l.7-.8c.5-.6 1.400-.8 2.100-.4l1.900 1.100c.9.500 1.100 1.600.3 2.400-1.600 1.600-4.600 1-7.700-2.100S3.400 5.100 5 3.500z",
  pause: "M7 4.500v11M13 4.500v11",
  forward: "M4 10h11M11 5.500l4.500 4.500-4.500 4.500",
  check: "M4 10.500l4 4 8-9",
  away: "M5 5l10 10M15 5L5 15",
  half: "M10 4.500v7M6.500 8h7M6.500 15h7",
  search: "M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM12.700 12.700L16.500 16.500",
  link: "M4 10a6 6 0 1 0 12 0 6 6 0 1 0-12 0",
  warn: "M10 3.500l7.500 13h-15zM10 8.500v3.500M10 14.200v.3",
  people: "M7.500 9.500a2.700 2.700 0 1 0 0-5.400 2.700 2.700 0 0 0 0 5.400zM2.500 16c0-2.800 2.200-4.500 5-4.500s5 1.700 5 4.500M13 4.500a2.500 2.500 0 0 1 0 4.800M14.500 11.800c1.900.5 3 2 3 4.200",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

export const STATE_ICONS = {
  ringing: "phone",
  talking: "phone",
  held: "pause",
  transferred: "forward",
  wrapup: "check",
  unseen: "warn",
  found: "search",
  elsewhere: "away",
  missed: "away",
};
