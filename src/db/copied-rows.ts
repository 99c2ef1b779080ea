/** Counts rows that have been read. */
export interface Progress {
  rows: number;
}

/** What ends a row in place of its line feed. */
export interface RowEnd {
  end: "\n" | "\r\n" | ",\n";
  /** Whether the last row has none. */
  between?: boolean;
}

// https://www.postgresql.org/docs/current/protocol-message-formats.html
const COPY_DATA = 0x64;
/** Messages that may come before and between rows: how they are written, notices, settings, notifications. */
const BESIDE = new Set(Buffer.from("HNSA"));
const HEADER_BYTES = 5;

/**
 * The rows out of what a server sends for a COPY in text or CSV: one message each, which ends with a line feed. Each gets the
 * end that was asked for, whatever it has between quotes. That stands where the next message's header stood, so that
 * nothing needs more room than it came in, and rows are moved together there instead of being copied.
 */
export class CopiedRows {
  #end: Buffer;
  #between: boolean;
  #progress: Progress;
  #header = Buffer.alloc(HEADER_BYTES);
  /** Bytes of the header that are there. */
  #headed = 0;
  #isRow = false;
  /** Bytes of the message that are still to come. */
  #left = 0;
  #isEndOwed = false;

  constructor({ end, between = false }: RowEnd, progress: Progress) {
    this.#end = Buffer.from(end);
    this.#between = between;
    this.#progress = progress;
  }

  /**
   * @param chunk of what the server sends, which is overwritten
   * @returns the rows in it, and, when there are no more, the messages that come after them
   */
  take(chunk: Buffer): { rows: Buffer; rest: Buffer | undefined } {
    let at = 0;
    let to = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const size = Math.min(this.#left, chunk.length - at);
        this.#left -= size;
        if (this.#isRow) {
          const kept = this.#left === 0 ? size - 1 : size;
          if (to !== at) chunk.copyWithin(to, at, at + kept);
          to += kept;
          if (this.#left === 0) {
            this.#isEndOwed = true;
            this.#progress.rows += 1;
          }
        }
        at += size;
        continue;
      }
      const code = this.#headed > 0 ? (this.#header[0] as number) : (chunk[at] as number);
      const isRow = code === COPY_DATA;
      const isEnded = this.#isEndOwed && (isRow || !this.#between);
      const size = Math.min(HEADER_BYTES - this.#headed, chunk.length - at);
      for (let index = 0; index < size; index += 1) {
        this.#header[this.#headed] = chunk[at] as number;
        at += 1;
        if (isEnded && this.#headed < this.#end.length) {
          chunk[to] = this.#end[this.#headed] as number;
          to += 1;
        }
        this.#headed += 1;
      }
      if (this.#headed < HEADER_BYTES) break;
      if (!isRow && !BESIDE.has(code)) {
        const rest = Buffer.concat([this.#header, chunk.subarray(at)]);
        return { rows: chunk.subarray(0, to), rest };
      }
      this.#headed = 0;
      this.#isRow = isRow;
      if (isEnded) this.#isEndOwed = false;
      // Which counts itself.
      this.#left = this.#header.readUInt32BE(1) - 4;
    }
    return { rows: chunk.subarray(0, to), rest: undefined };
  }
}
