import { Worker } from "node:worker_threads";

/** Load that runs beside the readers and not in their way: in a thread of its own. */
export interface Load<T> {
  /** Ends it. @returns what it has to say */
  stop: () => Promise<T>;
  /** Resolves when it ends by itself. */
  done: Promise<T>;
}

/** @param file beside this one; it posts its result as its last message, and stops when it is sent anything */
export function startLoad<T>(file: string, workerData: unknown): Load<T> {
  const worker = new Worker(new URL(file, import.meta.url), { workerData });
  const done = new Promise<T>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  // Whoever stops it hears of its failure.
  done.catch(() => {});
  return {
    done,
    stop: () => {
      worker.postMessage("stop");
      return done;
    },
  };
}
