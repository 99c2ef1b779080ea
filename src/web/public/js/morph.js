// Turns the content of a page into another, node by node, so that scroll, focus and what is open stay as they are.
import { Idiomorph } from "../idiomorph.js";
import { changeChart } from "./charts.js";

const choicesIn = (form) => new URLSearchParams(new FormData(form)).toString();

const isChanged = (form) => {
  const asServed = form.cloneNode(true);
  asServed.reset();
  return choicesIn(form) !== choicesIn(asServed);
};

/** Whether somebody is choosing or typing there: a panel is open, or there is what was not sent yet. */
const isInUse = (place) =>
  place.contains(document.activeElement) ||
  [place, ...place.querySelectorAll("details, form")].some((one) =>
    one.matches("form") ? isChanged(one) : one.open,
  );

/** Rows are known by what they begin with: a link that has the focus goes along with its row. */
const nameRows = (content) => {
  const counts = new Map();
  for (const row of content.querySelectorAll("[data-section] tbody tr:has(th)")) {
    const { section } = row.closest("[data-section]").dataset;
    const name = `${section} ${row.querySelector("th").textContent.trim()}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    row.id = encodeURIComponent(`row ${name} ${count}`);
  }
};

const is = (node, selector) => node.nodeType === Node.ELEMENT_NODE && node.matches(selector);

const callbacks = {
  beforeNodeMorphed(node, next) {
    if (is(node, "[data-updates]")) return false;
    if (is(node, "form.filters, .tool")) return !isInUse(node);
    if (!is(node, "canvas[data-chart]")) return true;
    // Its size and style are the library's.
    changeChart(node, next.dataset.chart);
    node.setAttribute("aria-label", next.getAttribute("aria-label"));
    return false;
  },
  // The field that finds something in a long list does not come from the server.
  beforeNodeRemoved: (node) => !is(node, ".panel [type=search]"),
  // What is open is decided by whoever reads; scripts mark charts as drawn, and panels as opening to the left.
  beforeAttributeUpdated: (name, node) =>
    !(name === "open" && is(node, "details")) && !(name === "class" && is(node, ".chart, .panel")),
};

/** @param next content of another document, which is used up */
export const morph = (content, next) => {
  const focused = document.activeElement;
  nameRows(content);
  nameRows(next);
  Idiomorph.morph(content, next, { callbacks });
  // A row that has moved may have lost it.
  if (document.activeElement !== focused && focused.isConnected)
    focused.focus({ preventScroll: true });
};
