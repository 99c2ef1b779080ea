import { type Logger, pino } from "pino";

export type Log = Logger;

/** A log of JSON lines on standard error, which leaves standard output to results. Secrets never reach it. */
export const createLog = (level: string): Log =>
  pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ["url", "password", "token", "*.url", "*.password", "*.token", "*.connectionString"],
    },
    // Written at once: nothing is lost when the process ends.
    pino.destination({ dest: 2, sync: true }),
  );
