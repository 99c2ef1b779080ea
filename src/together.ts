/** Answers whoever asks for the same by one look, which begins after all of them have asked. */
export type Together<T> = (key: string, look: () => Promise<T>) => Promise<T>;

/**
 * Many that ask the same at once cost no more than one that asks again and again: while a look is under way, the next one
 * gathers them. Nobody is told what a look saw that had begun before they asked, so that it is never an older state than
 * their own would have shown.
 */
export function together<T>(): Together<T> {
  const running = new Map<string, Promise<unknown>>();
  const gathering = new Map<string, Promise<T>>();
  return (key, look) => {
    const joined = gathering.get(key);
    if (joined) return joined;
    const begin = async () => {
      await running.get(key);
      for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
      gathering.delete(key);
      const result = look();
      const over = result.then(noMatter, noMatter);
      running.set(key, over);
      void over.then(() => running.get(key) === over && running.delete(key));
      return result;
    };
    const gathered = begin();
    gathering.set(key, gathered);
    return gathered;
  };
}

const noMatter = () => {};
/** Of the event loop. Those who were answered by the last look and ask again at once are with the next one, and not with the one after it. */
const TURNS = 4;
/** What has arrived already is read first. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
