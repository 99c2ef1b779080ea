import { rowPermissions } from "../../access/permission.ts";
import { permissionsOfSessions } from "../../access/sessions.ts";
import type { Queryable } from "../../db/queryable.ts";
import type { Day } from "../../reports/day.ts";
import type { LoadedReport } from "../../reports/load.ts";
import { readPageVersions } from "../../reports/page-version.ts";

/** A page of a report that somebody has open. */
export interface OpenPage {
  report: LoadedReport;
  personId: string;
  /** As `ops.sessions` has it. */
  sessionId: string;
  /** The version that it shows; undefined where it does not say. */
  version: string | undefined;
}

export interface Seen<P> {
  /** Whoever looks at them may no longer: has signed out, was made inactive, or has lost the permission. */
  refused: P[];
  /** They show what there is. */
  current: P[];
  /** They show another version than this one. */
  outdated: { page: P; version: string }[];
}

/** How it stands with open pages, in two queries for all of them, however many there are. */
export async function look<P extends OpenPage>(
  db: Queryable,
  pages: readonly P[],
  today: Day,
): Promise<Seen<P>> {
  const sessionIds = new Set(pages.map(({ sessionId }) => sessionId));
  const permissionsBy = await permissionsOfSessions(db, [...sessionIds]);
  const maySee = ({ sessionId, report }: P) => {
    const permissions = permissionsBy.get(sessionId);
    if (!permissions?.has(report.permission)) return false;
    return rowPermissions.some((one) => permissions.has(one));
  };
  const { refused = [], permitted = [] } = Object.groupBy(pages, (page) =>
    maySee(page) ? "permitted" : "refused",
  );
  const reports = new Set(permitted.map(({ report }) => report));
  const versions = await readPageVersions(db, reports, today);
  const seen: Seen<P> = { refused, current: [], outdated: [] };
  for (const page of permitted) {
    const version = versions.get(page.report.slug);
    if (version === undefined) continue;
    if (version === page.version) seen.current.push(page);
    else seen.outdated.push({ page, version });
  }
  return seen;
}
