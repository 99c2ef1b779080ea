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
  /** What stands in place of the line feed that PostgreSQL ends each line with: one character more, or the same. */
  end: "\r\n" | ",\n" | "\n";
  /** Whether line feeds between quotes belong to a value. */
  quoted: boolean;
  /** Whether the last line has no end. */
  between?: boolean;
  progress: Progress;
}

const LINE_FEED = 0x0a;

/** Gives the lines that COPY wrote another end, and counts them. */
export async function* endLines(
  pieces: AsyncIterable<Buffer>,
  { end, quoted, between = false, progress }: Options,
): AsyncGenerator<Buffer> {
  let isInside = false;
  let isOwed = false;
  for await (const piece of pieces) {
    if (end === "\n") {
      progress.rows += countLines(piece);
      yield piece;
      continue;
    }
    // As Latin-1, each byte is a character: strings are searched and put together several times as fast as bytes one by one.
    const text = piece.toString("latin1");
    // What stands between two quotes is a value; two quotes in a row end one and begin it again.
    const parts = quoted && (isInside || !hasWholeLines(text)) ? text.split('"') : [text];
    const ended = parts
      .map((part, index) => ((index % 2 === 1) === isInside ? part.replaceAll("\n", end) : part))
      .join('"');
    if (parts.length % 2 === 0) isInside = !isInside;
    progress.rows += ended.length - text.length;
    const begin = isOwed ? end : "";
    isOwed = between && ended.endsWith(end);
    yield Buffer.from(begin + (isOwed ? ended.slice(0, -end.length) : ended), "latin1");
  }
}

/** Whether no line feed stands between quotes, and none of them is left open: seldom not so, and told sooner than parted. */
function hasWholeLines(text: string): boolean {
  for (let open = text.indexOf('"'); open >= 0; ) {
    const close = text.indexOf('"', open + 1);
    if (close < 0 || text.slice(open, close).includes("\n")) return false;
    open = text.indexOf('"', close + 1);
  }
  return true;
}

function countLines(piece: Buffer): number {
  let count = 0;
  for (let at = piece.indexOf(LINE_FEED); at >= 0; at = piece.indexOf(LINE_FEED, at + 1))
    count += 1;
  return count;
}
