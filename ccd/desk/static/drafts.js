// What is written and not yet saved, kept through reloads, for each user and call.

let user = "";

const key = (id) => `draft:${user}:${id}`;

export function setUser(name) {
  user = name;
}

export function draft(id) {
  try {
    return JSON.parse(sessionStorage.getItem(key(id)));
  } catch {
    return null;
  }
}

export function keep(id, changes) {
  const kept = { ...draft(id), ...changes };
  try {
    sessionStorage.setItem(key(id), JSON.stringify(kept));
  } catch {
    // A full storage must not stop the writing: the text is still in the field.
  }
  return kept;
}

// Whether something is written that is not saved.
export const writes = (id) => Object.keys(draft(id) ?? {}).some((name) => name !== "patient");

// Forget the text that was saved, unless it was changed meanwhile; the chosen person stays.
export function saved(id, said) {
  const kept = draft(id);
  const names = Object.keys(said);
  if (!kept || names.some((name) => (kept[name] ?? said[name]).trim() !== said[name])) return;
  for (const name of names) delete kept[name];
  if (Object.keys(kept).length) sessionStorage.setItem(key(id), JSON.stringify(kept));
  else sessionStorage.removeItem(key(id));
}
