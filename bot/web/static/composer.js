// The field for writing: Enter sends, the arrows bring back what was sent.

/** Wires up the form. `send` gets each text; returns what else the page may do with the field. */
export function composer(form, field, send) {
  const sent = [];
  let recalled = -1;
  let draft = "";

  function resize() {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  function remember(text) {
    if (sent.at(-1) !== text) sent.push(text);
  }

  function submit() {
    const text = field.value;
    if (!text.trim()) return;
    remember(text);
    recalled = -1;
    draft = "";
    field.value = "";
    resize();
    send(text);
  }

  /** Show what was sent earlier (-1) or later (1); whether there was anything. */
  function recall(step) {
    if (recalled === -1) draft = field.value;
    const next = recalled === -1 ? sent.length - 1 : recalled + step;
    if (next < 0) return false;
    recalled = next >= sent.length ? -1 : next;
    field.value = recalled === -1 ? draft : sent[recalled];
    resize();
    field.setSelectionRange(field.value.length, field.value.length);
    return true;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    field.focus();
  });

  field.addEventListener("input", () => {
    recalled = -1;
    resize();
  });

  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const firstLine = !field.value.slice(0, field.selectionStart).includes("\n");
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && (recalled !== -1 || !field.value) && firstLine) {
      if (recall(-1)) event.preventDefault();
    } else if (event.key === "ArrowDown" && recalled !== -1) {
      if (recall(1)) event.preventDefault();
    }
  });

  return {
    /** Words of this speaker that came with the transcript. */
    remember,
    /** Somebody else speaks now. */
    forget() {
      sent.length = 0;
      recalled = -1;
    },
  };
}

/** Wires up the button for files, and files that are dropped on the field. */
export function attaching(label, input, field, send) {
  input.addEventListener("change", () => {
    if (input.files.length) send(input.files[0]);
    input.value = "";
  });
  field.addEventListener("dragover", (event) => {
    if (label.hidden || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    field.classList.add("over");
  });
  field.addEventListener("dragleave", () => field.classList.remove("over"));
  field.addEventListener("drop", (event) => {
    field.classList.remove("over");
    if (label.hidden || !event.dataTransfer.files.length) return;
    event.preventDefault();
    send(event.dataTransfer.files[0]);
  });
}
