import type pg from "pg";
import { createPool } from "../db/pool.ts";
import { type Courtesy, createCourtesy } from "./courtesy.ts";
import { PATIENCE, type Patience } from "./pump.ts";
import { createExportSlots, type ExportSlots } from "./slots.ts";

/** What exports have for themselves, so that slow ones never take the sessions that pages need. */
export interface Exporter {
  pool: pg.Pool;
  slots: ExportSlots;
  patience: Patience;
  courtesy: Courtesy;
  close(): Promise<void>;
}

export interface ExporterOptions {
  /** Of the database. */
  url: string;
  /** Exports at once; four times as many wait for their turn. */
  most: number;
  patience?: Partial<Patience> | undefined;
}

export function createExporter({ url, most, patience = {} }: ExporterOptions): Exporter {
  // One session more, to cancel with when all others are busy.
  const pool = createPool(url, { name: "exports", max: most + 1 });
  return {
    pool,
    slots: createExportSlots(most, { queue: 4 * most }),
    patience: { ...PATIENCE, ...patience },
    courtesy: createCourtesy(),
    close: () => pool.end(),
  };
}
