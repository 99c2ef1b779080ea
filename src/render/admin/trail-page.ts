import { type AuditKind, auditKinds } from "../../access/audit.ts";
import type { TrailEvent, TrailFilter } from "../../access/trail.ts";
import { toIso } from "../../reports/versions.ts";
import { inWords } from "../../reports/words.ts";
import { shortTime } from "../short-time.ts";
import { chosen } from "./choice.ts";

const MEANS: Record<string, string> = {
  session: "in a browser",
  token: "by token",
  cli: "on the command line",
  none: "",
};

interface Trail {
  events: readonly TrailEvent[];
  filter: TrailFilter;
  /** The filter as a query string, without a page. */
  query: string;
  /** Id that older events come before; undefined: these are the oldest. */
  older: string | undefined;
  isFirst: boolean;
  now: Date;
}

/** The audit trail, newest first. */
export function trailPage({ events, filter, query, older, isFirst, now }: Trail) {
  const href = (path: string, more = "") => {
    const all = [query, more].filter(Boolean).join("&");
    return all ? `${path}?${all}` : path;
  };
  return {
    title: "Audit trail",
    kinds: chosen(
      Object.entries(auditKinds).map(([value, label]) => ({ value, label })),
      filter.kind,
    ),
    // Not "person": that is whoever reads the page.
    who: filter.person,
    from: filter.from,
    to: filter.to,
    timeZone: filter.timeZone,
    isFiltered: query !== "",
    csv: href("/admin/audit.csv"),
    newest: isFirst ? undefined : href("/admin/audit"),
    older: older && href("/admin/audit", `before=${older}`),
    events: events.map((event) => eventModel(event, filter.timeZone, now)),
  };
}

function eventModel(event: TrailEvent, timeZone: string, now: Date) {
  const iso = toIso(event.occurred_at);
  return {
    iso,
    time: shortTime(iso, now, timeZone),
    what: auditKinds[event.kind as AuditKind] ?? inWords(event.kind),
    who: event.actor_name,
    how: [MEANS[event.means] ?? event.means, event.address].filter(Boolean).join(", "),
    subject: event.subject,
    details: detailLines(event.details),
  };
}

/** Details as lines: what changed, from what to what; or what is there. Ids of people are for programs. */
export function detailLines({ user_id, before, after, ...rest }: Record<string, unknown>) {
  const names = isObject(before) || isObject(after) ? [before, after].filter(isObject) : [];
  const keys = [...new Set(names.flatMap(Object.keys))];
  const at = (side: unknown, key: string) => text(isObject(side) ? side[key] : undefined);
  return [
    ...keys.map((key) => ({
      name: inWords(key),
      from: before === undefined ? undefined : at(before, key),
      text: after === undefined ? "gone" : at(after, key),
    })),
    ...Object.entries(rest).map(([key, value]) => ({ name: inWords(key), text: text(value) })),
  ];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function text(value: unknown): string {
  if (value === null || value === undefined || value === "") return "none";
  if (Array.isArray(value)) return value.length > 0 ? value.map(text).join(", ") : "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return isObject(value) ? JSON.stringify(value) : String(value);
}
