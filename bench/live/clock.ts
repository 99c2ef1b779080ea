/** Milliseconds that `work` takes. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** The value below which a share of the values lies: 0.5 the median, 0.99 the p99. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

export interface Rounds {
  /** Goes on for this long, */
  seconds: number;
  /** but for at least so many rounds, */
  least: number;
  /** and at most so many. */
  most: number;
  /** Both sides were read just now: no round to warm up. */
  isWarm?: boolean;
}

/**
 * Takes two peers in turn, so that whatever else the machine does meets both: A B, B A, A B, …
 * @returns what each gave, round by round
 */
export async function alternate<T>(
  a: () => Promise<T>,
  b: () => Promise<T>,
  { seconds, least, most, isWarm = false }: Rounds,
): Promise<{ a: T[]; b: T[] }> {
  const result = { a: [] as T[], b: [] as T[] };
  if (!isWarm) {
    await a();
    await b();
  }
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < least || (round < most && performance.now() < end); round += 1) {
    if (round % 2 === 0) result.a.push(await a());
    result.b.push(await b());
    if (round % 2 === 1) result.a.push(await a());
  }
  return result;
}
