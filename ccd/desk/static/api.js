// Requests to the desk's own server.  Every failure is a sentence in the user's language.

import { current, t } from "./words.js";

const PATIENCE = 8000;

export class Failed extends Error {
  constructor(code, message, status = 0) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

async function call(method, path, body) {
  const headers = { "Accept-Language": current() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new Failed("error.offline", t("error.offline"));
  }
  const data = await answer.json().catch(() => ({}));
  if (answer.ok) return data;
  throw new Failed(data.error?.code || "error.server", data.error?.message || t("error.server"), answer.status);
}

export const api = {
  me: () => call("GET", "/api/me"),
  signIn: (name, password) => call("POST", "/api/session", { name, password }),
  signOut: () => call("DELETE", "/api/session"),
  phones: () => call("GET", "/api/phones"),
  pickPhone: (phone) => call("PUT", "/api/phone", { phone }),
  pickLanguage: (language) => call("PUT", "/api/language", { language }),
  today: () => call("GET", "/api/today"),
  callsOf: (number, but) => call("GET", `/api/calls?${new URLSearchParams({ number, but })}`),
  patientsOf: (number, why) => call("GET", `/api/patients?${new URLSearchParams({ number, why })}`),
  escalate: (id, said) => call("POST", `/api/calls/${encodeURIComponent(id)}/escalate`, said),
  promises: () => call("GET", "/api/promises"),
  cancelPromise: (id) => call("POST", `/api/promises/${id}/cancel`),
  report: (query) => call("GET", `/api/reports?${query}`),
  reportCalls: (query) => call("GET", `/api/reports/calls?${query}`),
  missed: (skip) => call("GET", `/api/missed?skip=${skip}`),
  callMissed: (id) => call("POST", `/api/missed/${encodeURIComponent(id)}/call`),
  missedDone: (id) => call("POST", `/api/missed/${encodeURIComponent(id)}/done`),
  messages: () => call("GET", "/api/messages"),
  messageHeard: (id) => call("POST", `/api/messages/${id}/heard`),
  slots: (text) => call("GET", `/api/slots?text=${encodeURIComponent(text)}`),
  book: (wish) => call("POST", "/api/bookings", wish),
  order: (key) => call("GET", `/api/bookings/${key}`),
  note: (id, said) => call("PUT", `/api/calls/${encodeURIComponent(id)}/note`, said),
};
