// Elements without markup: whatever a caller sends becomes text, never HTML.

export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) set(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "text") element.textContent = value;
  else if (name === "data") Object.assign(element.dataset, value);
  else element.setAttribute(name, value === true ? "" : value);
}

// Change text only when it differs: no flicker, nothing announced twice.
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function hide(element, hidden) {
  element.hidden = hidden;
}

// Draws a block anew only when what it shows has changed; who stands on a button in it (`data-key`) stays there.
export function drawer(element, draw) {
  let last;
  return (...facts) => {
    const key = JSON.stringify(facts);
    if (key === last) return;
    last = key;
    const held = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    element.replaceChildren(...[draw(...facts)].flat().filter(Boolean));
    if (held !== undefined) [...element.querySelectorAll("[data-key]")].find((one) => one.dataset.key === held)?.focus();
  };
}

export const kbd = (text) => h("kbd", { "aria-hidden": "true", text });
