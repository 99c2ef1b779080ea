import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

/**
 * A log on standard error, which leaves standard output to results: JSON lines for machines, plain lines on a
 * terminal. Secrets never reach it.
 */
export const createLog = (level: string): Log =>
  pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ["url", "password", "token", "*.url", "*.password", "*.token", "*.connectionString"],
    },
    // Written at once: nothing is lost when the process ends.
    process.stderr.isTTY ? plainLines : pino.destination({ dest: 2, sync: true }),
  );

const plainLines: DestinationStream = {
  write(line) {
    const { level, time, msg, ...rest } = JSON.parse(line);
    const details = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : "";
    process.stderr.write(
      `${time.slice(11, 19)} ${level === "info" ? "" : `${level}: `}${msg}${details}\n`,
    );
  },
};
