import type pg from "pg";
import { resolveDays } from "./asked-days.ts";
import { type ChoiceName, type Option, readOptions } from "./choices.ts";
import { type CustomField, readCustomFields } from "./custom-field.ts";
import { dayIn } from "./day.ts";
import type { Catalogue, LoadedReport } from "./load.ts";
import { contextOf } from "./open.ts";
import { readSnapshot } from "./snapshot.ts";
import type { ReportSource } from "./source.ts";
import { choicesOf } from "./state.ts";
import { type ReportingView, readViews } from "./views.ts";

/** What the parameters of one report take at the moment. */
export interface Taken {
  options: ReadonlyMap<ChoiceName, readonly Option[]>;
  fields: readonly CustomField[];
  /** What the report shows while nobody says which period; undefined where it takes none. */
  usualPeriod: string | undefined;
}

/** What can be said in addresses and found in views, for whoever asks. */
export interface Vocabulary {
  /** By slug. */
  reports: ReadonlyMap<string, Taken>;
  /** Names of fiscal periods, the newest first. */
  fiscalPeriods: readonly string[];
  contractVersion: number;
  views: readonly ReportingView[];
}

/**
 * Reads what the parameters of these reports take, as whoever asks sees it, and what the views are.
 * @param everything all reports of the service: views that only others read are left out
 */
export const readVocabulary = (
  source: ReportSource,
  catalogue: Catalogue,
  everything: Catalogue,
  signal?: AbortSignal,
): Promise<Vocabulary> =>
  readSnapshot(
    source,
    async (client) => {
      const reports = new Map<string, Taken>();
      // Reports of the same records offer the same.
      const known = new Map<string, Map<ChoiceName, Option[]>>();
      let fiscalPeriods: readonly string[] = [];
      for (const report of catalogue.values()) {
        const kind = `${report.records} ${report.permission}`;
        const options = known.get(kind) ?? new Map<ChoiceName, Option[]>();
        known.set(kind, options);
        await addOptions(client, source, report, options);
        const fields = report.customFields
          ? await readCustomFields(client, report.customFields)
          : [];
        const today = dayIn(source.now(), source.timeZone);
        const days = await resolveDays(report, new URLSearchParams(), { client, today });
        if (days.fiscalPeriods.length > 0)
          fiscalPeriods = days.fiscalPeriods.map(({ name }) => name);
        reports.set(report.slug, { options, fields, usualPeriod: days.period?.value });
      }
      return { reports, fiscalPeriods, ...(await readViews(client, catalogue, everything)) };
    },
    signal,
  );

async function addOptions(
  client: pg.PoolClient,
  source: ReportSource,
  report: LoadedReport,
  options: Map<ChoiceName, Option[]>,
): Promise<void> {
  const missing = choicesOf(report).filter((name) => !options.has(name));
  if (missing.length === 0) return;
  const { records } = report;
  const { planned } = await contextOf(client, source, { report, withOptions: true });
  const read = await readOptions(client, missing, { records, planned });
  for (const [name, values] of read) options.set(name, values);
}
