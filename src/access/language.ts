import type { Queryable } from "../db/queryable.ts";
import { badParameter } from "../errors.ts";

/** Ways of writing numbers and dates that a person can choose. A browser may ask for any other. */
export const languages = [
  ..."en-US en-GB en-AU en-CA en-IE en-IN en-ZA".split(" "),
  ..."cs-CZ da-DK de-AT de-CH de-DE el-GR es-ES es-MX et-EE fi-FI fr-BE fr-CA fr-CH fr-FR".split(
    " ",
  ),
  ..."hu-HU it-CH it-IT ja-JP ko-KR lt-LT lv-LV nb-NO nl-BE nl-NL pl-PL pt-BR pt-PT ro-RO".split(
    " ",
  ),
  ..."sk-SK sl-SI sv-SE tr-TR uk-UA zh-CN zh-TW".split(" "),
] as const;

/** How numbers and dates are written where nobody has said. */
export const USUAL_LANGUAGE = "en-US";

/**
 * Keeps what a person has chosen; undefined: as their browser asks.
 * @throws TidemarkError `bad_parameter` for one that is not offered
 */
export async function chooseLanguage(
  db: Queryable,
  userId: string,
  language: string | undefined,
): Promise<void> {
  if (language === undefined) {
    await db.query("DELETE FROM ops.preferences WHERE user_id = $1", [userId]);
    return;
  }
  if (!(languages as readonly string[]).includes(language))
    throw badParameter("language", `language: there is no "${language}" here`, languages);
  await db.query(
    `INSERT INTO ops.preferences (user_id, language) VALUES ($1, $2)
     ON CONFLICT (user_id) DO UPDATE SET language = EXCLUDED.language`,
    [userId, language],
  );
}
