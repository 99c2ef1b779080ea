import type pg from "pg";
import type { Config } from "../config.ts";
import { inTransaction } from "../db/transaction.ts";
import { badSetting } from "../errors.ts";

export type BusinessSettings = Pick<Config, "timeZone" | "currency" | "fiscalYearStart">;

/** Years of fiscal calendar around today, even when no deal closes in them. */
const YEARS_BACK = 4;
const YEARS_AHEAD = 2;
/** Close dates outside are typing errors and get no calendar. */
const SANE_YEARS = [1970, 2100];

/**
 * Writes the business settings where SQL finds them, and keeps the fiscal calendar in step: it covers every close
 * date, and follows a change of the fiscal year's first month as far as no quota refers to the old periods.
 * @returns the keys whose value changed
 * @throws TidemarkError `bad_setting` when the server does not know the time zone
 */
export const syncSettings = (pool: pg.Pool, settings: BusinessSettings): Promise<string[]> =>
  inTransaction(pool, async (client) => {
    await checkTimeZone(client, settings.timeZone);
    // One process at a time: two that start together would make the same periods.
    await client.query("LOCK TABLE ops.settings IN SHARE ROW EXCLUSIVE MODE");
    const changed = await writeSettings(client, settings);
    if (changed.includes("fiscal_year_start")) await forgetUnusedPeriods(client);
    await coverCalendar(client);
    return changed;
  });

/** Lets the fiscal calendar reach every close date that has come in since, by the settings in force. */
export const extendCalendar = (pool: pg.Pool): Promise<void> =>
  inTransaction(pool, async (client) => {
    await client.query("LOCK TABLE ops.settings IN SHARE ROW EXCLUSIVE MODE");
    await coverCalendar(client);
  });

async function coverCalendar(client: pg.PoolClient) {
  await client.query(COVER_CALENDAR, [YEARS_BACK, YEARS_AHEAD, ...SANE_YEARS]);
}

async function checkTimeZone(client: pg.PoolClient, zone: string) {
  const { rowCount } = await client.query("SELECT FROM pg_timezone_names WHERE name = $1", [zone]);
  if (rowCount === 0)
    throw badSetting("TIDEMARK_TIME_ZONE", `the database does not know "${zone}"`);
}

async function writeSettings(client: pg.PoolClient, settings: BusinessSettings) {
  const { rows } = await client.query<{ key: string }>(
    `INSERT INTO ops.settings AS current (key, value)
     VALUES ('business_time_zone', $1), ('currency', $2), ('fiscal_year_start', $3)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value
     WHERE current.value IS DISTINCT FROM EXCLUDED.value
     RETURNING key`,
    [settings.timeZone, settings.currency, String(settings.fiscalYearStart)],
  );
  return rows.map(({ key }) => key);
}

/** Generated periods carry generated names; periods of one's own, and those with quotas, stay. */
const forgetUnusedPeriods = (client: pg.PoolClient) =>
  client.query(`
    DELETE FROM crm.fiscal_periods AS period
    WHERE period.name ~ '^FY\\d+( M\\d\\d| Q\\d)?$'
      AND NOT EXISTS (
        SELECT FROM crm.quotas WHERE quotas.fiscal_period_id = period.id
      )`);

/** $1 years back, $2 years ahead, $3 and $4 the earliest and latest year to cover. */
const COVER_CALENDAR = `
  WITH deals AS (
    SELECT
      extract(year FROM min(close_date))::int AS first_year,
      extract(year FROM max(close_date))::int AS last_year
    FROM crm.opportunities
    WHERE close_date BETWEEN make_date($3::int, 1, 1) AND make_date($4::int, 12, 31)
  ),
  today AS (
    SELECT extract(year FROM now() AT TIME ZONE ops.business_time_zone())::int AS year
  )
  SELECT crm.generate_fiscal_periods(
    (SELECT value::int FROM ops.settings WHERE key = 'fiscal_year_start'),
    least(deals.first_year, today.year - $1::int),
    greatest(deals.last_year + 1, today.year + $2::int)
  )
  FROM deals
  CROSS JOIN today`;
