import type { Request, Response } from "express";
import type pg from "pg";
import type { Logger } from "pino";
import { recordEvent } from "../access/audit.ts";
import { PATIENCE, pump } from "../exports/pump.ts";
import type { Progress } from "../render/lines.ts";
import { actorOf } from "./authentication.ts";

/** One download, as far as it has gone. */
export interface Download {
  progress: Progress;
  /** Aborted when the client goes away, or does not read on: nobody wants the rest. */
  signal: AbortSignal;
  /**
   * Sends the pieces, as fast as the client takes them. A query that fails on its first rows still gets a proper answer:
   * `begin`, which sets headers, waits for them.
   */
  send(pieces: AsyncGenerator<string | Buffer>, begin: () => void): Promise<void>;
}

interface Options {
  request: Request;
  response: Response;
  /** Aborted when the client goes away. */
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
  { request, response, signal: gone, trail, subject, format, about }: Options,
  work: (download: Download) => Promise<void>,
): Promise<void> {
  const progress = { rows: 0 };
  const stop = new AbortController();
  const signal = AbortSignal.any([gone, stop.signal]);
  let hasBegun = false;
  const record = (complete: boolean) =>
    recordEvent(trail.pool, {
      kind: "export",
      actor: actorOf(request, response),
      subject,
      details: { format, query: queryOf(request), ...about, rows: progress.rows, complete },
    });
  try {
    await work({
      progress,
      signal,
      async send(pieces, begin) {
        const take = () => {
          if (!hasBegun) begin();
          hasBegun = true;
        };
        const abort = (reason: Error) => stop.abort(reason);
        await pump(pieces, response, { take, patience: PATIENCE, signal, stop: abort });
        take();
      },
    });
    if (!hasBegun) return;
    await record(!signal.aborted);
    response.end();
  } catch (error) {
    if (hasBegun && !response.writableEnded)
      await record(false).catch((failure) =>
        trail.log.error({ err: failure, path: request.path }, "a download is not in the trail"),
      );
    if (!gone.aborted) throw error;
  }
}

/** What was asked for, as far as somebody may want to read it. */
const queryOf = (request: Request) =>
  new URL(request.originalUrl, "http://localhost").search.slice(1, 2001);
