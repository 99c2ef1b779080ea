/** Work that is done one by one at a steady rate, each for somebody who has one place in the line at most. */
export interface Turns<T> {
  /** Takes a place at the end, or changes what is done at the place that they have. */
  take(who: T, work: () => void): void;
  leave(who: T): void;
}

/**
 * @param perSecond how many turns there are in a second at most; the first in an empty line is at once
 * @param isBusy while it says so, nobody's turn comes
 */
export function createTurns<T>(perSecond: number, isBusy: () => boolean): Turns<T> {
  const line = new Map<T, () => void>();
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    const [first] = line;
    if (!first) {
      clearInterval(timer);
      timer = undefined;
      return;
    }
    if (isBusy()) return;
    const [who, work] = first;
    line.delete(who);
    work();
  };
  return {
    take(who, work) {
      line.set(who, work);
      if (timer) return;
      timer = setInterval(next, 1000 / perSecond);
      next();
    },
    leave: (who) => void line.delete(who),
  };
}
