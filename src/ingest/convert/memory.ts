import type { Convert, Refusal } from "./refusal.ts";

const MOST = 20_000;

/** Remembers recent answers: dates and stages repeat, and reading them anew for each row is slow. */
export function remembering(convert: Convert): Convert {
  const known = new Map<string, string | Refusal>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const answer = convert(text);
    if (known.size >= MOST) known.clear();
    known.set(text, answer);
    return answer;
  };
}
