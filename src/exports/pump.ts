import { once } from "node:events";
import type { Writable } from "node:stream";
import { TidemarkError } from "../errors.ts";

/** How long an export waits, in milliseconds. Meanwhile it holds a session and a snapshot. */
export interface Patience {
  /** For PostgreSQL to give a next piece. */
  server: number;
  /** For a reader to take one, which has at most 64 KiB. */
  reader: number;
  /** For all of it. */
  whole: number;
}

export const PATIENCE: Patience = { server: 120_000, reader: 60_000, whole: 6 * 3_600_000 };

interface Options {
  /** Called with each piece before it leaves. */
  take(piece: string | Buffer): void;
  patience: Patience;
  /** Awaited before each piece is asked for. */
  turn?: () => Promise<void>;
  /** Aborted when nobody wants the rest. */
  signal: AbortSignal;
  /** Aborts that, and so ends the query, where one side has kept the other waiting too long. */
  stop(reason: Error): void;
}

/**
 * Passes pieces on, as fast as whoever reads takes them, and no faster.
 * @throws the reason that `signal` was aborted for, or what reading or writing failed with
 */
export async function pump(
  pieces: AsyncGenerator<string | Buffer>,
  output: Writable,
  { take, patience, turn, signal, stop }: Options,
): Promise<void> {
  const within = async <T>(milliseconds: number, reason: () => Error, work: Promise<T>) => {
    const timer = setTimeout(() => stop(reason()), milliseconds);
    return work.finally(() => clearTimeout(timer));
  };
  const all = async () => {
    for (;;) {
      await turn?.();
      const next = await within(patience.server, silent(patience), pieces.next());
      signal.throwIfAborted();
      if (next.done) return;
      take(next.value);
      if (!output.write(next.value))
        await awaitReader(once(output, "drain", { signal }), { patience, stop });
    }
  };
  try {
    await within(patience.whole, endless(patience), all());
  } catch (error) {
    await pieces.return(undefined);
    throw signal.aborted ? signal.reason : error;
  }
}

/** Waits for a reader, and no longer than it may take. */
export async function awaitReader<T>(
  work: Promise<T>,
  { patience, stop }: Pick<Options, "patience" | "stop">,
): Promise<T> {
  const timer = setTimeout(() => stop(stalled(patience)()), patience.reader);
  return work.finally(() => clearTimeout(timer));
}

const seconds = (milliseconds: number) => `${Math.round(milliseconds / 1000)} seconds`;

const silent =
  ({ server }: Patience) =>
  () =>
    new TidemarkError(
      "report_timeout",
      503,
      `The database gave no next row within ${seconds(server)}. Choose a shorter period or fewer rows.`,
    );

const stalled =
  ({ reader }: Patience) =>
  () =>
    new TidemarkError(
      "reader_stalled",
      408,
      `Nothing of the export was read for ${seconds(reader)}.`,
    );

const endless =
  ({ whole }: Patience) =>
  () =>
    new TidemarkError("export_too_long", 408, `The export was not read within ${seconds(whole)}.`);
