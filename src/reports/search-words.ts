import type pg from "pg";
import { badParameter } from "../errors.ts";
import type { OwnState } from "./own-state.ts";

/**
 * Makes sure that there is something to search for in the words of each search.
 * @throws TidemarkError `bad_parameter`
 */
export async function refuseUnsearchable(
  client: pg.PoolClient,
  states: readonly OwnState[],
): Promise<void> {
  for (const { parameter, values } of states) {
    if (parameter.kind !== "words" || values.length === 0) continue;
    const { name } = parameter;
    const { rows } = await client.query<{ searched: string }>(
      "SELECT querytree(websearch_to_tsquery('pg_catalog.english', $1)) AS searched",
      values,
    );
    const searched = rows[0]?.searched;
    if (searched === "")
      throw badParameter(
        name,
        `${name}: there is no word to search for; common ones such as "the" are in every text`,
        [parameter.hint],
      );
    // What PostgreSQL calls true is that any text may be it.
    if (searched === "T")
      throw badParameter(name, `${name}: names only what is not to be there; add a word that is`, [
        parameter.hint,
      ]);
  }
}
