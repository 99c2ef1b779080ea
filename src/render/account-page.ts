import type { Account } from "../access/account.ts";
import { LONGEST, SHORTEST } from "../access/credentials.ts";
import { languages } from "../access/language.ts";
import type { OpenSession } from "../access/sessions.ts";
import type { Catalogue } from "../reports/load.ts";
import { browserName } from "./browser-name.ts";
import { navigation } from "./navigation.ts";
import { shortTime } from "./short-time.ts";
import { dateWriter, numberWriter } from "./writers.ts";

interface Options {
  account: Account;
  sessions: readonly OpenSession[];
  /** The session that asks. */
  current: string;
  catalogue: Catalogue;
  timeZone: string;
  now: Date;
  /** How the person wants numbers and dates written; null: as their browser asks. */
  language: string | null;
}

/** Who one is here, and where one is signed in. */
export function accountPage(options: Options) {
  const { account, sessions, current, catalogue, timeZone, now } = options;
  const time = (at: Date) => ({
    iso: at.toISOString(),
    text: shortTime(at.toISOString(), now, timeZone),
  });
  return {
    title: "Account",
    isAccount: true,
    navigation: navigation(catalogue),
    ...account,
    timeZone,
    languages: languages.map((tag) => ({
      tag,
      // In its own words, so that whoever looks for it finds it.
      name: new Intl.DisplayNames(tag, { type: "language" }).of(tag),
      example: exampleIn(tag, now),
      isChosen: tag === options.language,
    })),
    passwordChanged: account.passwordChangedAt && time(new Date(account.passwordChangedAt)),
    shortest: SHORTEST,
    longest: LONGEST,
    // Other people's browsers, where one person is shared, are nobody's business.
    sessions: sessions
      .filter(({ id }) => !account.isDemo || id === current)
      .map((session) => ({
        browser: browserName(session.agent),
        address: session.address,
        signedIn: time(session.signedInAt),
        seen: time(session.seenAt),
        isCurrent: session.id === current,
      })),
  };
}

const exampleIn = (tag: string, now: Date): string =>
  `${numberWriter(tag, { minimumFractionDigits: 2 }).format(1234.5)}, ${dateWriter(tag, { dateStyle: "medium" }).format(now)}`;
