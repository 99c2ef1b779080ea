import { type Duplex, Readable } from "node:stream";
import type pg from "pg";
import { CopiedRows, type Progress, type RowEnd } from "./copied-rows.ts";

export interface CopyOptions extends RowEnd {
  /** Of COPY, such as `FORMAT csv`. */
  options: string;
}

/**
 * Reads what COPY writes, as fast as it is taken: there is no limit on how long the statement runs, which is as long as
 * somebody reads. Whoever stops before the end loses the session, as PostgreSQL does not hear of a cancellation while it
 * waits to be read.
 * @param client in a transaction, which is over after a failure
 * @param query SQL without parameters, as COPY takes none
 */
export async function* copyOut(
  client: pg.PoolClient,
  query: string,
  { options, ...end }: CopyOptions,
  { progress, signal }: { progress: Progress; signal?: AbortSignal | undefined },
): AsyncGenerator<Buffer, void> {
  const leave = () => socketOf(client).destroy();
  await client.query("SET LOCAL statement_timeout = 0");
  signal?.throwIfAborted();
  const text = `COPY (\n${query}\n) TO STDOUT (${options})`;
  const copy = client.query(new CopyOut(text, new CopiedRows(end, progress)));
  signal?.addEventListener("abort", leave, { once: true });
  let isOver = false;
  try {
    for await (const piece of copy) yield piece as Buffer;
    isOver = true;
  } catch (error) {
    // Where the server says what went wrong, the session is in order.
    isOver = (error as { severity?: string }).severity !== undefined;
    throw error;
  } finally {
    signal?.removeEventListener("abort", leave);
    if (!isOver) leave();
  }
}

type Take = (chunk: Buffer) => void;

const socketOf = (client: pg.PoolClient) =>
  (client as unknown as { connection: pg.Connection }).connection.stream;

/** Pieces of rows that wait to be read, of 64 KiB at most. */
const MOST_WAITING = 2;

/**
 * A query whose rows are read off the connection itself: for a million of them, to make a message of each takes longer than
 * all else that is done with them. The driver has its connection back when they are over.
 */
class CopyOut extends Readable {
  #text: string;
  #rows: CopiedRows;
  #socket: Duplex | undefined;
  #drivers: Take[] = [];

  constructor(text: string, rows: CopiedRows) {
    super({ objectMode: true, highWaterMark: MOST_WAITING });
    this.#text = text;
    this.#rows = rows;
  }

  /** Called by the driver when it is this query's turn. */
  submit(connection: pg.Connection) {
    const { stream } = connection;
    this.#socket = stream;
    this.#drivers = stream.listeners("data") as Take[];
    stream.removeAllListeners("data").on("data", this.#take);
    connection.query(this.#text);
  }

  #take = (chunk: Buffer) => {
    const { rows, rest } = this.#rows.take(chunk);
    if (rows.length > 0 && !this.push(rows)) this.#socket?.pause();
    if (rest) this.#giveBack(rest);
  };

  #giveBack(rest: Buffer) {
    const socket = this.#socket as Duplex;
    this.#socket = undefined;
    socket.off("data", this.#take);
    for (const driver of this.#drivers) socket.on("data", driver);
    for (const driver of this.#drivers) driver(rest);
    socket.resume();
  }

  override _read() {
    this.#socket?.resume();
  }

  // What the driver tells a query of what it reads itself.
  handleError(error: Error) {
    this.destroy(error);
  }
  handleCommandComplete() {
    this.push(null);
  }
  handleReadyForQuery() {}
}
