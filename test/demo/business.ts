import type pg from "pg";

/** One loaded company, and short ways to ask about it. */
export interface Business {
  /** First day after the data. */
  today: string;
  pool(): pg.Pool;
  /** The first row's columns as numbers. */
  figures<Name extends string = string>(sql: string): Promise<Record<Name, number>>;
  /** Rows of a table, with a WHERE if wanted. */
  count(what: string): Promise<number>;
}

export function businessIn(pool: () => pg.Pool, today: string): Business {
  const figures = async <Name extends string>(sql: string) => {
    const { rows } = await pool().query(sql);
    const numbers = Object.entries(rows[0]).map(([name, value]) => [name, Number(value)]);
    return Object.fromEntries(numbers) as Record<Name, number>;
  };
  return {
    today,
    pool,
    figures,
    count: async (what) => (await figures<"n">(`SELECT count(*) AS n FROM ${what}`)).n,
  };
}
