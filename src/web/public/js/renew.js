// Has a page show what it would show if it were opened now.
import { drawNewCharts } from "./charts.js";
import { tellTime, timeOfDay } from "./freshness.js";

/** Answers that will be the same next time: signed out, or not permitted any more. */
export const REFUSALS = [401, 403, 404];

/** What stands around the content, and the scripts and styles that must fit it. */
const frameOf = (page) =>
  [...page.querySelectorAll(".side, script, link")].map((one) => one.outerHTML).join();

const frame = frameOf(document);

/** Has screen readers say something when they have nothing else to say. */
export const say = (text) => {
  const status = document.querySelector("[data-updates] [role=status]");
  if (status && status.textContent !== text) status.textContent = text;
};

/**
 * Reads the page again, with the ETag of what the browser has, and puts what is new in its place.
 * @returns done, refused (for good) or failed (for now)
 */
export const renew = async () => {
  const { status = 500, text } = await read().catch(() => ({}));
  if (REFUSALS.includes(status)) return "refused";
  if (status >= 500) return "failed";
  // A filter may ask for somebody who is no longer there: then the page stays as it is.
  if (status === 200) await show(new DOMParser().parseFromString(text, "text/html"));
  return "done";
};

const read = async () => {
  const headers = { "Tidemark-Unattended": "yes" };
  const answer = await fetch(location.href, { cache: "no-cache", headers });
  return { status: answer.status, text: await answer.text() };
};

const show = async (page) => {
  if (frameOf(page) !== frame) return reloadUnlessBusy();
  const { morph } = await import("./morph.js");
  const before = figures();
  morph(document.querySelector("main"), page.querySelector("main"));
  drawNewCharts();
  tellTime();
  for (const [figure, text] of figures()) if (before.get(figure) !== text) flash(figure);
  say(`Updated ${timeOfDay("short")}`);
};

// Another edition of the service, or another person: nothing of this page holds any more.
const reloadUnlessBusy = () => {
  if (!document.querySelector("main details[name][open], main :focus")) location.reload();
};

const figures = () =>
  new Map([...document.querySelectorAll(".figure")].map((one) => [one, one.textContent]));

const flash = (figure) => {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  figure.animate([{ backgroundColor: "var(--accent-soft)" }, {}], 2000);
};
