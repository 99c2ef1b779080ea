/** The time of day in the business zone, where the page names it. */
export const timeOfDay = (timeStyle, now = new Date()) => {
  const timeZone = document.querySelector("[data-read-in]")?.dataset.readIn;
  return new Intl.DateTimeFormat(document.documentElement.dataset.language, {
    timeStyle,
    timeZone,
  }).format(now);
};

/**
 * Says when a live page was read. The server leaves it out: it answers "unchanged" to a browser that asks again while
 * nothing has changed, and the page is then as fresh as that answer.
 */
export function tellTime() {
  for (const place of document.querySelectorAll("[data-read-in]"))
    place.textContent = `, ${timeOfDay("medium")}`;
}
