import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import type pg from "pg";
import type { Logger } from "pino";
import { recordEvent } from "../access/audit.ts";
import { actorOf } from "./authentication.ts";

/** One download, as far as it has gone. */
export interface Download {
  /** Passes batches of rows on, and counts what it has passed. */
  count<T>(batches: AsyncIterable<T[]>): AsyncGenerator<T[]>;
  /**
   * Sends the pieces, as fast as the client takes them. A query that fails on its first rows still gets a proper answer:
   * `begin`, which sets headers, waits for them.
   */
  send(pieces: AsyncGenerator<string | Buffer>, begin: () => void): Promise<void>;
}

interface Options {
  request: Request;
  response: Response;
  signal: AbortSignal;
  trail: { pool: pg.Pool; log: Logger };
  /** What is downloaded, as the audit trail has it. */
  subject: string;
  format: string;
  /** What else it has, in place of the query that was asked with. */
  about?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Runs a download and writes down that it was one, also when it breaks off; not when nothing was sent. The last byte
 * waits for that: whoever has rows completely is in the trail.
 */
export async function download(
  { request, response, signal, trail, subject, format, about }: Options,
  work: (download: Download) => Promise<void>,
): Promise<void> {
  const sent = { hasBegun: false, rows: 0 };
  const record = (complete: boolean) =>
    recordEvent(trail.pool, {
      kind: "export",
      actor: actorOf(request, response),
      subject,
      details: { format, query: queryOf(request), ...about, rows: sent.rows, complete },
    });
  try {
    await work({
      async *count(batches) {
        for await (const rows of batches) {
          sent.rows += rows.length;
          yield rows;
        }
      },
      async send(pieces, begin) {
        const first = await pieces.next();
        const second = await pieces.next();
        begin();
        sent.hasBegun = true;
        response.write(first.value);
        if (second.done) return;
        response.write(second.value);
        await pipeline(pieces, response, { signal, end: false });
      },
    });
    if (!sent.hasBegun) return;
    await record(!signal.aborted);
    response.end();
  } catch (error) {
    if (sent.hasBegun && !response.writableEnded)
      await record(false).catch((failure) =>
        trail.log.error({ err: failure, path: request.path }, "a download is not in the trail"),
      );
    if (!signal.aborted) throw error;
  }
}

/** What was asked for, as far as somebody may want to read it. */
const queryOf = (request: Request) =>
  new URL(request.originalUrl, "http://localhost").search.slice(1, 2001);
