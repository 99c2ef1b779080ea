import type { Progress } from "../db/copied-rows.ts";

/** Passes batches of rows on, and counts them. */
export async function* counted<T>(
  batches: AsyncIterable<T[]>,
  progress: Progress,
): AsyncGenerator<T[]> {
  for await (const rows of batches) {
    progress.rows += rows.length;
    yield rows;
  }
}
