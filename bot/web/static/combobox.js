// A text field with what may be meant below it: the combobox pattern of the ARIA Authoring Practices Guide.

import { make } from "./card.js";

/** Nothing is asked for before somebody pauses this long, in milliseconds: each name that is shown is a look. */
const PAUSE = 350;
/** The server takes no longer beginnings, in characters. */
const LONGEST = 100;

export function combobox(input, label, spec, suggest, words) {
  const list = make("ul", "options");
  list.id = `${input.id}-options`;
  list.hidden = true;
  label.id = `${input.id}-label`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-labelledby", label.id);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.autocomplete = "off";
  const said = make("p", "unseen");
  said.setAttribute("role", "status");
  let timer = 0;
  let asked = 0;
  let at = -1;

  function close() {
    clearTimeout(timer);
    asked += 1;
    at = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    said.textContent = "";
  }

  function mark(number) {
    const options = [...list.children];
    at = (number + options.length) % options.length;
    for (const [index, option] of options.entries()) option.setAttribute("aria-selected", String(index === at));
    options[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[at].id);
  }

  function take(text) {
    input.value = text;
    close();
  }

  function show(texts) {
    list.replaceChildren(
      ...texts.map((text, index) => {
        const option = make("li", "", text);
        option.id = `${list.id}-${index}`;
        option.dir = "auto";
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        // Not a click: the field would lose the focus, and the list its place, before it.
        option.addEventListener("pointerdown", (event) => event.preventDefault());
        option.addEventListener("click", () => take(text));
        return option;
      }),
    );
    list.hidden = texts.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = texts.length ? words.form_suggested.replace("{number}", texts.length) : "";
  }

  async function ask() {
    const text = input.value.trim();
    const mine = ++asked;
    const texts = await suggest(spec.name, text);
    if (mine === asked && document.activeElement === input) show(texts);
  }

  input.addEventListener("input", () => {
    close();
    const length = input.value.trim().length;
    if (length >= spec.completed_from && length <= LONGEST) timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at < 0 ? -1 : at - 1);
    else if (event.key === "Enter" && at >= 0) take(list.children[at].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  return make("div", "combobox", input, list, said);
}
