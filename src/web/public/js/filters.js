// Makes the filters quicker; they work as a plain form without this.

const open = () => document.querySelectorAll("details[name='filter'][open], .menu[open]");

const closeByClickOrEscape = () => {
  document.addEventListener("click", (event) => {
    for (const details of open()) if (!details.contains(event.target)) details.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const details of open()) {
      details.open = false;
      details.querySelector("summary").focus();
    }
  });
};

// A panel that would leave the screen on the right opens to the left.
const keepPanelsOnScreen = () => {
  for (const details of document.querySelectorAll(".pill"))
    details.addEventListener("toggle", () => {
      const panel = details.querySelector(".panel");
      panel.classList.remove("leftward");
      if (!details.open) return;
      const { right } = panel.getBoundingClientRect();
      panel.classList.toggle("leftward", right > document.documentElement.clientWidth);
    });
};

// Typing dates means wanting them.
const chooseTypedDates = () => {
  for (const range of document.querySelectorAll(".range"))
    for (const date of range.querySelectorAll("input[type='date']"))
      date.addEventListener("input", () => {
        range.querySelector("input[type='radio']").checked = true;
      });
};

// Long lists of names can be searched.
const searchLongLists = () => {
  for (const list of document.querySelectorAll(".options.many")) {
    if (!list.querySelector("input[type='checkbox']")) continue;
    const search = document.createElement("input");
    search.type = "search";
    search.placeholder = "Find";
    search.setAttribute("aria-label", "Find in the list");
    search.addEventListener("input", () => {
      const wanted = search.value.toLowerCase();
      for (const label of list.querySelectorAll("label"))
        label.hidden = !label.textContent.toLowerCase().includes(wanted);
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    list.before(search);
  }
};

const labelOf = ({ value, label }, name) => {
  const input = document.createElement("input");
  Object.assign(input, { type: "checkbox", name, value });
  const text = document.createElement("span");
  text.textContent = label;
  const whole = document.createElement("label");
  whole.append(input, text);
  return whole;
};

// Where there are too many names to list, those that fit what is typed are fetched, to be chosen from.
const suggestNames = () => {
  for (const typed of document.querySelectorAll("[data-suggest]")) {
    const field = typed.querySelector("input");
    const list = typed.parentElement.querySelector(".options");
    const { name } = field;
    // What is typed is only looked for: chosen is what is ticked.
    field.removeAttribute("name");
    typed.querySelector(".hint").textContent = "Type the beginning of a name";
    let last = 0;
    field.addEventListener("input", async () => {
      const number = ++last;
      const wanted = field.value.trim();
      const found = wanted
        ? await fetch(`${typed.dataset.suggest}?q=${encodeURIComponent(wanted)}`)
            .then((answer) => (answer.ok ? answer.json() : []))
            .catch(() => [])
        : [];
      if (number !== last) return;
      for (const label of list.querySelectorAll("label"))
        if (!label.querySelector("input").checked) label.remove();
      const ticked = new Set([...list.querySelectorAll("input")].map(({ value }) => value));
      for (const option of found) if (!ticked.has(option.value)) list.append(labelOf(option, name));
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
};

export const improveFilters = () => {
  closeByClickOrEscape();
  keepPanelsOnScreen();
  chooseTypedDates();
  searchLongLists();
  suggestNames();
};
