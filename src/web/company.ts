import type pg from "pg";
import type { Logger } from "pino";
import { discover } from "../access/company/provider.ts";
import { type CompanySignIn, createCompanySignIn } from "../access/company/sign-in.ts";
import { briefly } from "../access/company/why-not.ts";
import type { CompanySettings } from "../config.ts";
import { shared } from "./shared.ts";

/** What the provider says about itself seldom changes. */
const KEEP_MS = 60 * 60 * 1000;
/** The sign-in page waits no longer to learn whether the provider is there. */
const PATIENCE_MS = 3_000;

export interface Company extends CompanySignIn {
  /** Whether the provider could be asked. */
  isThere(): Promise<boolean>;
  isOnlyWay: boolean;
}

interface Options {
  pool: pg.Pool;
  settings: CompanySettings;
  log: Logger;
  now: () => Date;
}

/** Company accounts. The provider is asked when it is first needed, and again for as long as it does not answer. */
export function createCompany({ pool, settings, log, now }: Options): Company {
  const findProvider = shared(
    () =>
      discover(settings).catch((error) => {
        log.warn(
          { issuer: settings.issuer.href, ...briefly(error.cause) },
          "company sign-in is not available",
        );
        throw error;
      }),
    { keepMs: KEEP_MS, patienceMs: PATIENCE_MS },
  );
  return {
    ...createCompanySignIn({ pool, settings, findProvider, log, now }),
    isOnlyWay: settings.isOnlyWay,
    isThere: () =>
      findProvider().then(
        () => true,
        () => false,
      ),
  };
}
