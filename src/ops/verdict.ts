import type { MartStatus } from "./status.ts";

export interface Verdict {
  isWell: boolean;
  /** All marts in one sentence. */
  text: string;
  /** The marts that are as of their last refresh by design. */
  dated: string[];
}

/** What all marts together come to. What is wrong with each follows from its own `problem`. */
export function verdict(marts: readonly MartStatus[]): Verdict {
  const wrong = marts.filter(({ problem }) => problem !== null).length;
  const dated = marts.filter(({ is_live }) => !is_live).map(({ mart }) => mart);
  const text =
    wrong === 0
      ? "All reports are live"
      : `${wrong} of ${marts.length} marts ${wrong === 1 ? "needs" : "need"} attention`;
  return { isWell: wrong === 0, text, dated };
}

/** What the verdict leaves open. @returns undefined where that is nothing */
export function datedInWords(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const list = new Intl.ListFormat("en", { type: "conjunction" }).format(names);
  return `${list} ${names.length === 1 ? "shows" : "show"} what was there at the last refresh, because each row depends on all the others`;
}
