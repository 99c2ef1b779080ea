import type { Response } from "express";
import { createPool } from "../../db/pool.ts";
import { TidemarkError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { repeat } from "../../repeat.ts";
import { dayIn } from "../../reports/day.ts";
import type { ReportSource } from "../../reports/source.ts";
import { type EventStream, startEventStream } from "./event-stream.ts";
import { look, type OpenPage } from "./look.ts";
import { createTurns } from "./turns.ts";

/** The pages that people have open, and hear of changes through one connection to the database for all of them. */
export interface OpenPages {
  /** How many there are. */
  count(): number;
  /** @throws TidemarkError `too_many_pages` when this person, or everybody together, has as many open as there may be */
  check(personId: string): void;
  /**
   * Tells a page through this response whenever it is to be read again, until either side ends it.
   * @throws as `check` does
   */
  add(page: OpenPage, response: Response): void;
  /** Through this response, a page is read that was told. While there are several, no other is told. */
  renew(response: Response): void;
  /** Ends all of them, and lets no more in. */
  close(): Promise<void>;
}

export interface OpenPagesOptions extends Pick<ReportSource, "timeZone" | "now"> {
  /** Of the database. */
  url: string;
  log: Log;
  limits?: Partial<typeof LIMITS>;
}

const LIMITS = {
  /** Pages that are visible: a browser has one in each of its windows. */
  perPerson: 20,
  perProcess: 2_000,
  /** Pages that are told in a second; each then asks for what has changed. */
  toldPerSecond: 20,
  /** Pages that are read at once because they were told; then the next ones wait, and whoever clicks does not. */
  renewedAtOnce: 3,
  /** How long a page is left alone after it was told. */
  restMs: 5_000,
  lookEveryMs: 1_000,
  /** Proxies give up connections that are silent, some of them after half a minute. */
  beatEveryMs: 25_000,
};

/** A look takes milliseconds: after so long, the connection is lost. */
const PATIENCE_MS = 10_000;

interface Listener extends OpenPage {
  stream: EventStream;
  /** By the clock of `performance`. */
  restsUntil: number;
}

/** Looks at the database once a second while a page is open, and not at all while none is. */
export function createOpenPages({ url, timeZone, now, log, limits }: OpenPagesOptions): OpenPages {
  const { perPerson, perProcess, toldPerSecond, renewedAtOnce, restMs, ...every } = {
    ...LIMITS,
    ...limits,
  };
  // Of its own, so that it waits for no report, and none for it. It goes away while no page is open.
  const pool = createPool(url, { name: "open pages", max: 1, patienceMs: PATIENCE_MS });
  const listeners = new Set<Listener>();
  let beatsAt = 0;
  let renewed = 0;
  const turns = createTurns<Listener>(toldPerSecond, () => renewed >= renewedAtOnce);
  let stop = async () => {};
  let isClosed = false;

  const tell = (listener: Listener, version: string) => {
    listener.version = version;
    listener.restsUntil = performance.now() + restMs;
    listener.stream.tellChanged(version);
  };
  /** Once in a while, a word to everybody. @param current who has just been seen to show what there is */
  const beat = (current: readonly Listener[]) => {
    if (performance.now() < beatsAt) return;
    beatsAt = performance.now() + every.beatEveryMs;
    const isCurrent = new Set(current);
    for (const one of listeners)
      if (isCurrent.has(one)) one.stream.tellUnchanged();
      else one.stream.beat();
  };
  const lookAround = async () => {
    const today = dayIn(now(), timeZone);
    const { refused, current, outdated } = await look(pool, [...listeners], today);
    beat(current);
    for (const { stream } of refused) stream.end();
    for (const { page, version } of outdated)
      if (listeners.has(page) && performance.now() >= page.restsUntil)
        turns.take(page, () => tell(page, version));
  };
  const start = () => {
    const stopping = new AbortController();
    beatsAt = performance.now() + every.beatEveryMs;
    const { ended } = repeat(lookAround, {
      everyMs: () => every.lookEveryMs,
      signal: stopping.signal,
      onError: ({ message }) => {
        log.warn({ problem: message }, "open pages hear of no changes");
        beat([]);
      },
    });
    stop = () => {
      stopping.abort();
      return ended;
    };
  };

  const check = (personId: string) => {
    if (isClosed || listeners.size >= perProcess)
      throw tooMany("As many pages hear of changes as can. Reload this one to see what is new.");
    const own = [...listeners].filter((one) => one.personId === personId);
    if (own.length >= perPerson)
      throw tooMany(`Only ${perPerson} pages of one person can hear of changes at once.`);
  };
  return {
    count: () => listeners.size,
    check,
    add(page, response) {
      check(page.personId);
      const stream = startEventStream(response);
      const listener: Listener = { ...page, stream, restsUntil: 0 };
      if (listeners.size === 0) start();
      listeners.add(listener);
      response.once("close", () => {
        listeners.delete(listener);
        turns.leave(listener);
        if (listeners.size === 0) void stop();
      });
    },
    renew(response) {
      renewed += 1;
      response.once("close", () => {
        renewed -= 1;
      });
    },
    async close() {
      isClosed = true;
      for (const { stream } of listeners) stream.end();
      await stop();
      await pool.end();
    },
  };
}

const tooMany = (message: string) => new TidemarkError("too_many_pages", 503, message);
