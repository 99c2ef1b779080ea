// Has a page show what it would show if it were opened now.
import { drawNewCharts } from "./charts.js";
import { tellTime, timeOfDay } from "./freshness.js";

/** Whether the answer will be the same next time: signed out, not permitted any more, or a filter that fits no more. */
export const isRefusal = (status) => status >= 400 && status < 500;

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
  const { status = 500, page, morph } = await read().catch(() => ({}));
  if (isRefusal(status)) return "refused";
  if (morph) {
    show(page, morph);
    return "done";
  }
  // Another edition of the service, or another person: nothing of this page holds any more.
  if (page && !isBusy()) location.reload();
  return "failed";
};

const read = async () => {
  const headers = { "Tidemark-Unattended": "yes" };
  const answer = await fetch(location.href, { cache: "no-cache", headers });
  const { status, ok } = answer;
  if (!ok) return { status };
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (frameOf(page) !== frame) return { status, page };
  return { status, page, ...(await import("./morph.js")) };
};

const isBusy = () => document.querySelector("main details[name][open], main :focus") !== null;

const show = (page, morph) => {
  const before = figures();
  morph(document.querySelector("main"), page.querySelector("main"));
  drawNewCharts();
  tellTime();
  for (const [figure, text] of figures()) if (before.get(figure) !== text) flash(figure);
  say(`Updated ${timeOfDay("short")}`);
};

const figures = () =>
  new Map([...document.querySelectorAll(".figure")].map((one) => [one, one.textContent]));

const flash = (figure) => {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  figure.animate([{ backgroundColor: "var(--accent-soft)" }, {}], 2000);
};
