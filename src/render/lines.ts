/** Counts what has been written. */
export interface Progress {
  rows: number;
}

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

interface Options {
  /** What stands in place of the line feed that PostgreSQL ends each line with. */
  end: string;
  /** Whether line feeds between quotes belong to a value. */
  quoted: boolean;
  /** Whether the last line has no end. */
  between?: boolean;
  progress: Progress;
}

const [LINE_FEED, QUOTE] = [0x0a, 0x22];

/** Gives the lines that COPY wrote another end, and counts them. */
export async function* endLines(
  pieces: AsyncIterable<Buffer>,
  { end, quoted, between = false, progress }: Options,
): AsyncGenerator<Buffer> {
  const ending = Buffer.from(end);
  let isInside = false;
  let isOwed = false;
  for await (const piece of pieces) {
    const out = Buffer.allocUnsafe((piece.length + 1) * Math.max(1, ending.length));
    let length = isOwed ? ending.copy(out) : 0;
    isOwed = false;
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at] as number;
      if (byte !== LINE_FEED || isInside) {
        if (quoted && byte === QUOTE) isInside = !isInside;
        out[length] = byte;
        length += 1;
        continue;
      }
      progress.rows += 1;
      if (between && at === piece.length - 1) isOwed = true;
      else for (const one of ending) out[length++] = one;
    }
    yield out.subarray(0, length);
  }
}
