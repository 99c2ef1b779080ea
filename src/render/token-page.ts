import { type Scope, scopeNames, scopes } from "../access/token.ts";
import { DEFAULT_EXPIRY } from "../access/token-issue.ts";
import type { ListedToken } from "../access/token-list.ts";
import type { Viewer } from "../access/viewer.ts";
import { endedLongAgo } from "./ended.ts";
import { shortTime } from "./short-time.ts";

const WORDS: Record<Scope, { label: string; about: string }> = {
  reports: { label: "Reports", about: "Opens reports, and downloads their rows." },
  ingest: { label: "Ingestion", about: "Sends conversations and signals." },
  status: { label: "Status", about: "Reads /status and /metrics." },
};

const EXPIRIES = [
  { value: "7d", label: "in 7 days" },
  { value: "30d", label: "in 30 days" },
  { value: DEFAULT_EXPIRY, label: "in 90 days" },
  { value: "365d", label: "in a year" },
  { value: "never", label: "never" },
];

/** What was sent, or what stands in an empty form. */
export interface TokenForm {
  name: string;
  scopes: readonly string[];
  expires: string;
}

export const EMPTY_FORM: TokenForm = { name: "", scopes: ["reports"], expires: DEFAULT_EXPIRY };

export interface TokenPage {
  tokens: readonly ListedToken[];
  form: TokenForm;
  /** Whose token the form makes; null: a service's. */
  owner: Viewer | null;
  /** A token that was just made: shown in this answer, and never again. */
  made?: { name: string; token: string };
  /** By field of the form. */
  problems?: Partial<Record<string, string>>;
  done?: string | undefined;
  timeZone: string;
  now: Date;
}

/** Where the page is, and what it shows beside its list. */
interface Place {
  /** Address of the page, that its forms are below. */
  action: string;
  showsOwner: boolean;
}

/** A list of tokens, with a form that makes one. */
export function tokenPage(page: TokenPage, { action, showsOwner }: Place) {
  const { tokens, form, owner, made, problems = {}, done, timeZone, now } = page;
  const time = (at: Date | null) =>
    at && { iso: at.toISOString(), text: shortTime(at.toISOString(), now, timeZone) };
  return {
    action,
    showsOwner,
    timeZone,
    made,
    done,
    problems,
    problem: Object.keys(problems).length > 0 ? "No token was made: see what is wrong below." : "",
    name: form.name,
    scopes: scopeNames
      .filter((scope) => isOfUse(scope, owner))
      .map((scope) => ({
        value: scope,
        ...WORDS[scope],
        isChosen: form.scopes.includes(scope),
      })),
    expiries: EXPIRIES.map((one) => ({ ...one, isChosen: one.value === form.expires })),
    tokens: tokens
      .filter((token) => !endedLongAgo(token, now))
      .map((token) => ({
        id: token.id,
        name: token.name,
        owner: token.owner?.name ?? "A service",
        email: token.owner?.email,
        // Who made their own need not be told.
        madeBy:
          token.createdBy === token.owner?.name ? undefined : (token.createdBy ?? "the operator"),
        use: token.addressReport
          ? `Address of ${token.addressReport}`
          : token.scopes.map((scope) => WORDS[scope].label).join(", "),
        isEnded: token.state !== "active",
        state: token.state,
        made: time(token.createdAt),
        expires: time(token.expiresAt),
        used: time(token.lastUsedAt),
        isRevocable: token.state !== "revoked" && token.state !== "expired",
      })),
  };
}

/** Whether a token with this scope would permit its owner anything. */
const isOfUse = (scope: Scope, owner: Viewer | null) =>
  !owner || scopes[scope].some((permission) => owner.permissions.has(permission));
