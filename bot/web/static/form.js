// Draws a form: real labels and inputs, each with its hint and what is wrong with it.

import { make } from "./card.js";
import { combobox } from "./combobox.js";

// What a kind of field is typed into; the rest is plain text.
const INPUTS = {
  date: { type: "date", min: "1900-01-01", max: "2199-12-31" },
  time: { type: "time" },
  email: { type: "email", autocomplete: "off", spellcheck: "false" },
  number: { type: "text", inputMode: "decimal" },
};

function choice(spec, words) {
  const select = make("select");
  const none = make("option", "", spec.required ? words.form_choose : words.form_none);
  none.value = "";
  select.append(none);
  for (const { value, label } of spec.choices) {
    const option = make("option", "", label);
    option.value = value;
    select.append(option);
  }
  return select;
}

function control(spec, words) {
  if (spec.kind === "choice") return choice(spec, words);
  if (spec.kind === "long_text") {
    const area = make("textarea");
    area.rows = 4;
    return area;
  }
  const input = make("input");
  input.type = "text";
  for (const [name, value] of Object.entries(INPUTS[spec.kind] ?? {})) input[name] = value;
  return input;
}

function entry(spec, id, problem, words, suggest) {
  const element = make("div", problem ? "entry wrong" : "entry");
  const label = make("label", "", spec.label);
  label.htmlFor = id;
  if (!spec.required) label.append(" ", make("span", "optional", words.form_optional));
  const input = control(spec, words);
  input.id = id;
  input.name = spec.name;
  input.value = spec.value;
  if (spec.required) input.setAttribute("aria-required", "true");
  element.append(label);
  const described = [];
  if (spec.hint) {
    const hint = make("p", "hint", spec.hint);
    hint.id = `${id}-hint`;
    described.push(hint.id);
    element.append(hint);
  }
  if (problem) {
    const message = make("p", "problem", problem);
    message.id = `${id}-problem`;
    described.unshift(message.id);
    input.setAttribute("aria-invalid", "true");
    element.append(message);
  }
  if (described.length) input.setAttribute("aria-describedby", described.join(" "));
  element.append(spec.completed_from ? combobox(input, label, spec, suggest, words) : input);
  return element;
}

/**
 * A form of the program; `card` stands for it elsewhere and has its way out as its last button.
 * `suggest` gives what may be meant by the beginning of an answer to a field.
 */
export function form(spec, card, language, send, press, suggest, page) {
  const element = make("article", "card form");
  element.tabIndex = -1;
  if (language) element.lang = language;
  element.setAttribute("aria-label", spec.title);
  element.append(make("h2", "", spec.title));
  if (spec.text) element.append(make("div", "lead", ...spec.text.split("\n").map((line) => make("p", "", line))));
  const body = make("form");
  // What is wrong is said by the program, in the reader's language, at the field.
  body.noValidate = true;
  body.autocomplete = "off";
  const wrong = Object.keys(spec.problems).length > 0;
  if (wrong) {
    const alert = make("p", "wrongs", page.words.form_problems);
    alert.setAttribute("role", "alert");
    body.append(alert);
  }
  for (const one of spec.fields) {
    body.append(entry(one, `form-${spec.key}-${one.name}`, spec.problems[one.name] ?? "", page.words, suggest));
  }
  const submit = make("button", "press selected", spec.submit);
  submit.type = "submit";
  const cancel = card.buttons.at(-1).at(-1);
  const leave = make("button", "press", cancel.label);
  leave.type = "button";
  leave.addEventListener("click", () => press(cancel.action, leave));
  body.append(make("div", "buttons", make("div", "", submit, leave)));
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    send(Object.fromEntries(new FormData(body)), submit);
  });
  element.append(body);
  return element;
}
