import { addBiLogin, dropLogins, type TestLogin } from "./bi-login.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { addEveryRecord } from "./every-record.ts";
import { refreshMarts, setTimeZone } from "./marts.ts";
import { addDeal } from "./sales.ts";
import { startWeb, type WebServer } from "./web.ts";

export const ZONE = "Europe/Berlin";

/** What tools stumble over: formulas, quotes, line breaks, other scripts, many digits, days on which clocks change. */
export const ODD_DEALS = [
  { name: "=1+1", amount: "12345678901.1234", close: "2026-03-29" },
  { name: '@SUM(1;2) "quoted", with a comma', amount: "0.0001", close: "2026-10-25" },
  { name: "Übergröße\nsecond line · 取引", amount: "1000.10", close: "2026-01-01" },
  { name: "-2+3", amount: null, close: "2026-11-01" },
] as const;

/** A service with a BI login that sees everybody's rows, in a zone of its own. */
export interface BiDesk {
  db: TestDatabase;
  web: WebServer;
  login: TestLogin;
  /** The login's address in parts. */
  place: URL;
  close(): Promise<void>;
}

export async function openBiDesk(): Promise<BiDesk> {
  const db = await createTestDatabase();
  await setTimeZone(db.pool, ZONE);
  const { ann } = await addEveryRecord(db.pool);
  for (const deal of ODD_DEALS) await addDeal(db.pool, { owner: ann, ...deal });
  await refreshMarts(db.pool);
  const login = await addBiLogin(db, null);
  const web = await startWeb(db.pool, { timeZone: ZONE });
  return {
    db,
    web,
    login,
    place: new URL(login.url),
    async close() {
      await web.close();
      await db.drop();
      await dropLogins([login.name]);
    },
  };
}
