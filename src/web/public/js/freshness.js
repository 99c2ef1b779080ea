/**
 * Says when a live page was read. The server leaves it out: it answers "unchanged" to a browser that asks again while
 * nothing has changed, and the page is then as fresh as that answer.
 */
export function tellTime(now = new Date()) {
  for (const place of document.querySelectorAll("[data-read-in]")) {
    const time = new Intl.DateTimeFormat(document.documentElement.dataset.language, {
      timeStyle: "medium",
      timeZone: place.dataset.readIn,
    });
    place.textContent = `, ${time.format(now)}`;
  }
}
