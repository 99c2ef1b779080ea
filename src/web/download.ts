import type { Request, Response } from "express";
import type pg from "pg";
import type { Logger } from "pino";
import { recordEvent } from "../access/audit.ts";
import type { Progress } from "../db/copied-rows.ts";
import { PATIENCE, pump } from "../exports/pump.ts";
import { actorOf } from "./authentication.ts";

interface Options {
  request: Request;
  response: Response;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
  trail: { pool: pg.Pool; log: Logger };
  /** What is downloaded, as the audit trail has it. */
  subject: string;
  format: string;
  /**
   * Sets headers; waits for the first piece, so that a query that fails on its first rows still gets a proper answer.
   */
  begin(): void;
}

/**
 * Sends what is no report, and so has no entry in the ledger of exports, as fast as the client takes it, and writes down that
 * it was downloaded, also when it breaks off; not when nothing was sent. The last byte waits for that: whoever has rows
 * completely is in the trail.
 * @param piecesOf counts the rows that it gives
 */
export async function download(
  { request, response, signal: gone, trail, subject, format, begin }: Options,
  piecesOf: (progress: Progress) => AsyncGenerator<string | Buffer>,
): Promise<void> {
  const progress = { rows: 0 };
  const stop = new AbortController();
  const signal = AbortSignal.any([gone, stop.signal]);
  let hasBegun = false;
  const take = () => {
    if (!hasBegun) begin();
    hasBegun = true;
  };
  const record = (complete: boolean) =>
    recordEvent(trail.pool, {
      kind: "export",
      actor: actorOf(request, response),
      subject,
      details: { format, query: queryOf(request), rows: progress.rows, complete },
    });
  try {
    const abort = (reason: Error) => stop.abort(reason);
    await pump(piecesOf(progress), response, { take, patience: PATIENCE, signal, stop: abort });
    take();
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
