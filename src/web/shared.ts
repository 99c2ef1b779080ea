import { setTimeout as delay } from "node:timers/promises";

/**
 * Gives all who ask within a while the same answer, and asks no second time while the first is under way.
 * @throws from the function returned: what `read` throws, or an error when it takes longer than `patienceMs`
 */
export function shared<T>(
  read: () => Promise<T>,
  { keepMs, patienceMs }: { keepMs: number; patienceMs: number },
): () => Promise<T> {
  let answer: Promise<T> | undefined;
  const forget = () => {
    answer = undefined;
  };
  const ask = () => {
    const asked = read();
    asked.then(() => delay(keepMs, undefined, { ref: false }).then(forget), forget);
    return asked;
  };
  return async () => {
    answer ??= ask();
    const enough = new AbortController();
    const late = delay(patienceMs, undefined, { signal: enough.signal, ref: false }).then(() => {
      throw new Error(`no answer within ${patienceMs} ms`);
    });
    return Promise.race([answer, late]).finally(() => enough.abort());
  };
}
