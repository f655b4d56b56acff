// Draws messages. Every word of theirs becomes text, never markup.

// A single button in its row with a label of more characters than this stays alone in its line.
const LONG = 26;
const SAFE = new Set(["http:", "https:", "mailto:", "tel:"]);

/** An element with a class and text or children. */
export function make(tag, className = "", ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content);
  return element;
}

function paragraphs(text) {
  return text.split("\n").filter((line) => line.trim()).map((line) => make("p", "", line));
}

function safe(url) {
  try {
    return SAFE.has(new URL(url).protocol) ? url : "";
  } catch {
    return "";
  }
}

function link(url, className, text) {
  const element = make("a", className, text);
  element.href = url;
  element.target = "_blank";
  element.rel = "noopener noreferrer";
  return element;
}

function fields(list) {
  const rows = list.map(({ label, value, url, missing }) => {
    const shown = make("dd", missing ? "missing" : "");
    shown.append(safe(url) ? link(url, "", value) : value);
    return make("div", "", make("dt", "", label), shown);
  });
  return make("dl", "", ...rows);
}

function section({ heading, text, fields: list }) {
  const element = make("section", "part");
  if (heading) element.append(make("h3", "", heading));
  element.append(...paragraphs(text));
  if (list.length) element.append(fields(list));
  return element;
}

function size(bytes, locale) {
  const [value, unit] = bytes < 1000 ? [bytes, "byte"] : bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: unit === "byte" ? "long" : "short", maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}

function files(list, address, page) {
  const element = make("div", "files");
  list.forEach((file, number) => {
    const anchor = make("a", "", make("span", "", file.name), make("span", "size", size(file.size, page.locale)));
    anchor.href = address(String(number));
    anchor.download = file.name;
    anchor.setAttribute("aria-label", page.words.download.replace("{name}", file.name));
    element.append(anchor);
  });
  return element;
}

function button(spec, press) {
  const url = safe(spec.url);
  if (url) return link(url, "press", spec.label);
  const element = make("button", spec.selected ? "press selected" : "press", spec.label);
  element.type = "button";
  element.dataset.action = spec.action;
  if (spec.selected) element.setAttribute("aria-current", "true");
  element.addEventListener("click", () => press(spec.action, element));
  return element;
}

/** Rows as they suit a wide page: neighbours flow together, except where long labels make a list. */
function arranged(rows) {
  const groups = [];
  for (const row of rows) {
    const single = row.length === 1;
    const last = groups.at(-1);
    if (last?.single === single) last.buttons.push(...row);
    else groups.push({ single, buttons: [...row] });
  }
  for (const group of groups) group.listed = group.single && group.buttons.some(({ label }) => label.length > LONG);
  return groups;
}

/** A card of the program. `address` tells where a file of it is, `press` is called for its buttons. */
export function card(spec, language, address, press, page) {
  const element = make("article", "card");
  element.tabIndex = -1;
  if (language) element.lang = language;
  if (spec.title) {
    element.append(make("h2", "", spec.title));
    element.setAttribute("aria-label", spec.title);
  }
  if (spec.subtitle) element.append(make("p", "subtitle", spec.subtitle));
  if (spec.text) element.append(make("div", "lead", ...paragraphs(spec.text)));
  if (spec.picture) {
    const image = make("img");
    image.src = address("picture");
    image.alt = spec.picture.description;
    element.append(make("figure", "", image));
  }
  if (spec.fields.length) element.append(fields(spec.fields));
  element.append(...spec.sections.map(section));
  if (spec.attachments.length) element.append(files(spec.attachments, address, page));
  if (spec.mentions) element.append(make("p", "mentions", spec.mentions));
  if (spec.footer) element.append(make("p", "footer", spec.footer));
  if (spec.buttons.length) {
    const groups = arranged(spec.buttons).map(({ listed, buttons }) =>
      make("div", listed ? "listed" : "", ...buttons.map((one) => button(one, press))));
    element.append(make("div", "buttons", ...groups));
  }
  return element;
}
