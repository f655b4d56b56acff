// The chat page: shows what the server pushes, sends what is typed and pressed.

import { card, make } from "./card.js";
import { attaching, composer } from "./composer.js";
import { form } from "./form.js";

const words = JSON.parse(document.body.dataset.words);
const demo = document.body.dataset.demo === "yes";
const language = document.documentElement.lang;
const locale = navigator.languages?.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;
const page = { words, locale };
/** The same limit as the program's, in bytes. */
const LARGEST_FILE = 700_000;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
const clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
const dayAndClock = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
const exact = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });

const $ = (id) => document.getElementById(id);
const log = $("log");
const list = $("messages");
const welcome = $("welcome");
const waiting = $("waiting");
const notice = $("notice");
const down = $("down");
const field = $("text");

const PATIENCE = 20_000;
const SPEAKERS = ["visitor", "focal", "coordinator", "operator"];

/** What is shown: messages by key, and by id those of this page that the server has not pushed yet. */
let shown = new Map();
const pendings = new Map();
let source = null;
let ready = false;
let pinned = true;
let pressed = null;
let waitingTimer = 0;
let lostTimer = 0;

const address = new URL(location.href);
const state = {
  speaker: SPEAKERS.includes(address.searchParams.get("as")) ? address.searchParams.get("as") : "visitor",
  room: demo && address.searchParams.get("room") === "group" ? "group" : "direct",
};

function here() {
  return demo ? { as: state.speaker, room: state.room } : { room: "direct" };
}

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Drawing

function time(at) {
  const moment = new Date(at);
  const today = moment.toDateString() === new Date().toDateString();
  const element = make("time", "", (today ? clock : dayAndClock).format(moment));
  element.dateTime = at;
  element.title = exact.format(moment);
  return element;
}

function nameOf(author) {
  return words[author] ?? words.visitor;
}

function isMine(message) {
  return !demo || message.author === state.speaker;
}

function drawWords(message) {
  const mine = isMine(message);
  const item = make("li", mine ? "message words" : "message words other");
  const name = make("span", mine && state.room === "direct" ? "unseen" : "", nameOf(message.author));
  const bubble = make("div", "bubble", message.text);
  bubble.dir = "auto";
  item.append(bubble, make("div", "meta", name, time(message.at)));
  return item;
}

function drawCard(message) {
  const file = (number) => `/chat/attachment/${encodeURIComponent(message.key)}/${number}?${new URLSearchParams(here())}`;
  const press = (action, element) => sendPress(message.key, action, element);
  const meta = make("div", "meta", make("span", "", "Enlace"), time(message.edited ?? message.at));
  if (message.edited) meta.append(make("span", "", words.edited));
  const send = (values, element) => sendForm(message.key, message.form.key, values, element);
  const suggest = (field, text) => suggestions(message.key, message.form.key, field, text);
  const drawn = message.form
    ? form(message.form, message.card, message.language, send, press, suggest, page)
    : card(message.card, message.language, file, press, page);
  return make("li", "message", drawn, meta);
}

function place(item, position) {
  item.dataset.position = position;
  let before = null;
  for (const other of [...list.children].reverse()) {
    if (Number(other.dataset.position) <= position) break;
    before = other;
  }
  list.insertBefore(item, before);
}

function show(message) {
  const item = message.card ? drawCard(message) : drawWords(message);
  const id = message.key.split(":").at(-1);
  const old = shown.get(message.key) ?? pendings.get(id);
  pendings.delete(id);
  shown.set(message.key, item);
  welcome.hidden = true;
  if (message.card) stopWaiting();
  else if (isMine(message)) writing.remember(message.text);
  if (old && Number(old.dataset.position) === message.position) {
    replace(old, item, message);
    return;
  }
  old?.remove();
  const follow = pinned || (!message.card && isMine(message));
  place(item, message.position);
  if (!ready) return;
  if (follow) reveal(item);
  else down.hidden = false;
}

function replace(old, item, message) {
  const focused = old.contains(document.activeElement) ? document.activeElement.dataset?.action ?? "" : null;
  item.dataset.position = message.position;
  old.replaceWith(item);
  const wrong = focused !== null && item.querySelector("[aria-invalid=true]");
  if (wrong) {
    wrong.focus();
    pressed = null;
  } else if (focused !== null) {
    const buttons = [...item.querySelectorAll("button[data-action]")];
    const next = buttons.find((one) => one.dataset.action === focused)
      ?? item.querySelector(".press.selected") ?? item.querySelector(".card");
    next?.focus({ preventScroll: true });
  }
  if (pressed === message.key) {
    pressed = null;
    // The head of a card that became longer or shorter must not be out of sight for whoever pressed.
    const [of, frame] = [item.getBoundingClientRect(), log.getBoundingClientRect()];
    if (of.top < frame.top) toHead(item);
    else if (of.bottom > frame.bottom) reveal(item);
  }
}

function toEnd() {
  log.scrollTop = log.scrollHeight;
  pinned = true;
  down.hidden = true;
}

function toHead(item) {
  log.scrollTop += item.getBoundingClientRect().top - log.getBoundingClientRect().top - 14;
}

/** Bring a message into sight: all of it if it fits, else its beginning. */
function reveal(item) {
  if (item.offsetHeight > log.clientHeight - 40) toHead(item);
  else if (item === list.lastElementChild) toEnd();
  else log.scrollTop += item.getBoundingClientRect().bottom - log.getBoundingClientRect().bottom + 14;
}

function startWaiting() {
  waiting.lastElementChild.textContent = words.answering;
  waiting.hidden = false;
  clearTimeout(waitingTimer);
  waitingTimer = setTimeout(stopWaiting, PATIENCE);
  if (pinned) toEnd();
}

function stopWaiting() {
  waiting.hidden = true;
  clearTimeout(waitingTimer);
}

function say(text = "") {
  notice.textContent = text;
}

// Receiving

function clear() {
  list.replaceChildren();
  shown = new Map();
  pendings.clear();
  stopWaiting();
}

function connect() {
  source?.close();
  ready = false;
  clear();
  welcome.hidden = true;
  log.setAttribute("aria-busy", "true");
  $("welcome-text").textContent = state.room === "group" ? words.welcome_group : words.welcome_direct;
  $("attach").hidden = state.room === "group";
  field.placeholder = state.room === "group" ? words.placeholder_group : words.placeholder_direct;
  listen(0);
}

function listen(after) {
  const opened = new EventSource(`/chat/events?${new URLSearchParams({ ...here(), after: String(after) })}`);
  let last = after;
  source = opened;
  opened.addEventListener("open", () => {
    clearTimeout(lostTimer);
    if (notice.textContent === words.lost) say();
  });
  opened.addEventListener("message", (event) => {
    if (source !== opened) return;
    last = Number(event.lastEventId);
    show(JSON.parse(event.data));
  });
  opened.addEventListener("reset", () => source === opened && clear());
  opened.addEventListener("elsewhere", () => {
    const other = document.querySelector(`input[name="room"]:not(:checked)`);
    const dot = other?.parentElement.querySelector(".dot");
    if (dot?.hidden) {
      dot.hidden = false;
      dot.setAttribute("role", "img");
      dot.setAttribute("aria-label", words.news);
    }
  });
  opened.addEventListener("ready", () => {
    if (source !== opened) return;
    if (!ready) {
      welcome.hidden = list.children.length > 0;
      toEnd();
    }
    ready = true;
    log.setAttribute("aria-busy", "false");
  });
  opened.addEventListener("error", () => {
    if (source !== opened) return;
    clearTimeout(lostTimer);
    lostTimer = setTimeout(() => say(words.lost), 1500);
    if (opened.readyState === EventSource.CLOSED) {
      setTimeout(() => source === opened && session().finally(() => source === opened && listen(last)), 2500);
    }
  });
}

// Sending

async function post(path, body) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, options);
  if (answer.status !== 401 || demo) return answer;
  await session();
  return fetch(path, options);
}

async function session() {
  if (demo) return;
  await fetch("/chat/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }).catch(() => {});
}

async function sendWords(text, id = uuid(), item = null) {
  const to = here();
  item?.remove();
  const message = { author: state.speaker, text, at: new Date().toISOString() };
  const pending = drawWords(message);
  pending.classList.add("pending");
  pendings.set(id, pending);
  place(pending, Number.MAX_SAFE_INTEGER);
  welcome.hidden = true;
  toEnd();
  say();
  let answer = null;
  try {
    answer = await post("/chat/say", { ...to, id, text, language, time_zone: zone });
  } catch {
    answer = null;
  }
  if (answer?.status === 202) {
    pending.classList.remove("pending");
    const confirmed = (await answer.json()).key;
    const asked = to.room !== "group" || text.trimStart().startsWith("/") || /(^|\s)@enlace\b/i.test(text);
    if (asked && unanswered(shown.get(confirmed) ?? pending)) startWaiting();
    return;
  }
  if (!pending.isConnected) return;
  const again = make("button", "", words.again);
  again.type = "button";
  again.addEventListener("click", () => sendWords(text, id, pending));
  const rejected = answer !== null && answer.status >= 400 && answer.status < 500;
  const failure = make("p", "failure", rejected ? refusal(answer.status) : words.not_sent);
  failure.setAttribute("role", "alert");
  failure.append(again);
  pending.append(failure);
  if (pinned) toEnd();
}

/** What to say of a request that was not taken. */
function refusal(status) {
  return status === 429 ? words.too_many : words.reload;
}

/** Whether nothing of the program stands below a message yet. */
function unanswered(item) {
  return item.isConnected && !item.nextElementSibling?.querySelector(".card");
}

/** Take an element out of use until the answer is here, or for a while if none comes. */
function occupy(element) {
  if (element.getAttribute("aria-disabled") === "true") return false;
  element.setAttribute("aria-disabled", "true");
  setTimeout(() => element.removeAttribute("aria-disabled"), 5000);
  return true;
}

/** What may be meant by the beginning of an answer; nothing where that cannot be said now. */
async function suggestions(key, form, field, text) {
  const asked = { ...here(), message: key, form, field, text, language, time_zone: zone };
  const answer = await post("/chat/suggest", asked).catch(() => null);
  return answer?.ok ? answer.json() : [];
}

async function sendForm(key, form, values, element) {
  if (!occupy(element)) return;
  pressed = key;
  say();
  let status = 0;
  try {
    status = (await post("/chat/submit", { ...here(), id: uuid(), message: key, form, values, language, time_zone: zone })).status;
  } catch {
    status = 0;
  }
  if (status === 202) return;
  element.removeAttribute("aria-disabled");
  say(status === 409 ? words.stale : status === 0 ? words.not_sent : refusal(status));
}

async function sendPress(key, action, element) {
  if (!occupy(element)) return;
  pressed = key;
  say();
  let status = 0;
  try {
    status = (await post("/chat/press", { ...here(), id: uuid(), message: key, action, language, time_zone: zone })).status;
  } catch {
    status = 0;
  }
  if (status === 202) return;
  element.removeAttribute("aria-disabled");
  say(status === 409 ? words.stale : refusal(status));
}

/** Send a list; it is looked at, and nothing is stored before that is confirmed. */
async function sendFile(file) {
  if (file.size > LARGEST_FILE) return say(words.file_too_large);
  const to = here();
  const cards = () => list.querySelectorAll(".card").length;
  const before = cards();
  say();
  let status = 0;
  try {
    const content = encoded(new Uint8Array(await file.arrayBuffer()));
    const about = { name: file.name, media_type: file.type, text: field.value.trim(), content };
    status = (await post("/chat/bring", { ...to, ...about, id: uuid(), language, time_zone: zone })).status;
  } catch {
    status = 0;
  }
  if (status !== 202) return say(status === 413 ? words.file_too_large : status === 0 ? words.not_sent : refusal(status));
  field.value = "";
  welcome.hidden = true;
  // The answer may have been faster than the word that the file has arrived.
  if (cards() === before) startWaiting();
}

function encoded(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}

attaching($("attach"), $("file"), document.querySelector(".field"), sendFile);

const writing = composer($("composer"), field, (text) => sendWords(text));

for (const suggestion of document.querySelectorAll(".suggestion")) {
  suggestion.addEventListener("click", () => {
    field.focus();
    sendWords(suggestion.textContent);
  });
}

// Scrolling

log.addEventListener("scroll", () => {
  pinned = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  if (pinned) down.hidden = true;
}, { passive: true });

new ResizeObserver(() => pinned && ready && toEnd()).observe(log);
down.textContent = words.news;
down.addEventListener("click", toEnd);

// Choices in the head of the page

function remember() {
  const url = new URL(location.href);
  if (demo) {
    url.searchParams.set("as", state.speaker);
    url.searchParams.set("room", state.room);
  }
  history.replaceState(null, "", url);
}

for (const input of document.querySelectorAll(`input[name="speaker"], input[name="room"]`)) {
  const which = input.name;
  input.checked = input.value === state[which];
  input.addEventListener("change", () => {
    state[which] = input.value;
    input.parentElement.querySelector(".dot")?.setAttribute("hidden", "");
    if (which === "speaker") for (const dot of document.querySelectorAll(".dot")) dot.hidden = true;
    writing.forget();
    remember();
    say();
    connect();
  });
}

$("language").addEventListener("change", (event) => {
  const url = new URL(location.href);
  url.searchParams.set("lang", event.target.value);
  location.assign(url);
});

// Browsers open few connections to one server: a page that nobody sees for long lets go of its own.
let hiddenTimer = 0;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hiddenTimer);
  if (document.hidden) {
    hiddenTimer = setTimeout(() => {
      source?.close();
      source = null;
    }, 120_000);
  } else if (source === null) {
    connect();
  }
});
window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", (event) => event.persisted && connect());

await session();
connect();
