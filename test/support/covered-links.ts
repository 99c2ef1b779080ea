import type { Page } from "playwright-core";

/** As many as fill several screens. */
const LINKS = 60;

/**
 * Goes through the last links of the tables that scroll by themselves, backwards as Shift and Tab do: what sticks
 * to their edges may lie over a row that is not scrolled any more, because it counts as in sight.
 * Sideways, browsers leave a link alone that is there in part.
 * @returns how many such tables there are, and the links that had the focus and were covered from end to end
 */
export const focusBackwards = (page: Page): Promise<{ tables: number; covered: string[] }> =>
  page.evaluate(`(() => {
    const tables = [...document.querySelectorAll(".scroll.long")];
    const isCovered = (link) => {
      link.focus();
      const { left, right, y, height } = link.getBoundingClientRect();
      return ![left + 1, (left + right) / 2, right - 1].some((x) =>
        link.contains(document.elementFromPoint(x, y + height / 2)));
    };
    const covered = tables.flatMap((table) => {
      table.scrollTo(table.scrollWidth, table.scrollHeight);
      return [...table.querySelectorAll("tbody a")].slice(-${LINKS}).reverse().filter(isCovered);
    });
    return { tables: tables.length, covered: covered.map(({ outerHTML }) => outerHTML.slice(0, 160)) };
  })()`);
