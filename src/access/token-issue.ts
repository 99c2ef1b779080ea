import type pg from "pg";
import { inTransaction } from "../db/transaction.ts";
import { badParameter } from "../errors.ts";
import { type Actor, recordEvent } from "./audit.ts";
import { createToken, type Scope, scopeNames, scopes } from "./token.ts";
import type { Viewer } from "./viewer.ts";

export interface TokenRequest {
  /** What it is for, in the words of whoever asks. */
  name: string;
  /** The person whose rows and permissions it has; null: a service's, which sees all rows. */
  owner: Viewer | null;
  scopes: readonly Scope[];
  /** Null: never. */
  expiresAt: Date | null;
  actor: Actor;
  /** A report: the token is for the address of its downloads, and expires within a year. */
  addressReport?: string | undefined;
}

export const DEFAULT_EXPIRY = "90d";
const LONGEST_NAME = 100;
const MOST_DAYS = 3_650;
const DAY_MS = 86_400_000;

/**
 * Makes a token, and notes who did.
 * @returns its id, and the token itself, which cannot be had again
 * @throws TidemarkError `bad_parameter`, naming what is wrong with the request
 */
export async function issueToken(
  pool: pg.Pool,
  { name: given, owner, scopes: chosen, expiresAt, actor, addressReport }: TokenRequest,
): Promise<{ id: string; token: string }> {
  const name = requireName(given);
  if (chosen.length === 0)
    throw badParameter("scope", `Say what the token is for: ${scopeNames.join(", ")}`, scopeNames);
  for (const scope of chosen) requireUse(scope, owner);
  if (addressReport !== undefined) requireForAddress(owner, chosen, expiresAt);
  return inTransaction(pool, async (client) => {
    const made = await createToken(client, {
      name,
      userId: owner?.id ?? null,
      scopes: chosen,
      expiresAt,
      createdBy: actor.userId,
      addressReport,
    });
    await recordEvent(client, {
      kind: "token_created",
      actor,
      subject: name,
      details: {
        token_id: made.id,
        owner: owner?.email ?? null,
        scopes: chosen,
        expires_at: expiresAt,
        ...(addressReport !== undefined && { address_report: addressReport }),
      },
    });
    return made;
  });
}

/** What is in an address is seen by many: it opens little, and not for long. */
function requireForAddress(owner: Viewer | null, chosen: readonly Scope[], expiresAt: Date | null) {
  if (!owner) throw badParameter("user", "A token for an address is a person's, never a service's");
  if (chosen.join() !== "reports")
    throw badParameter("scope", "A token for an address has the scope reports alone", ["reports"]);
  if (expiresAt === null || expiresAt.getTime() > Date.now() + 366 * DAY_MS)
    throw badParameter("expires", "A token for an address expires within a year", ["1d", "366d"]);
}

function requireName(given: string): string {
  const name = given.trim();
  if (name === "") throw badParameter("name", "A token needs a name that says what it is for");
  if (name.length > LONGEST_NAME)
    throw badParameter("name", `The name of a token has at most ${LONGEST_NAME} characters`);
  return name;
}

/** A token never permits more than its owner may: one that permits nothing is a mistake. */
function requireUse(scope: Scope, owner: Viewer | null) {
  if (!owner || scopes[scope].some((permission) => owner.permissions.has(permission))) return;
  const allowed = scopeNames.filter((one) =>
    scopes[one].some((permission) => owner.permissions.has(permission)),
  );
  throw badParameter(
    "scope",
    `None of the roles of ${owner.name} permits anything of the scope ${scope}; ${allowed.length > 0 ? `possible: ${allowed.join(", ")}` : "there is none that they do"}`,
    allowed,
  );
}

/** @throws TidemarkError `bad_parameter`, naming the scopes that there are */
export function readScopes(names: readonly string[]): Scope[] {
  const known = (name: string): name is Scope => Object.hasOwn(scopes, name);
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ""))].map(
    (name) => {
      if (known(name)) return name;
      throw badParameter(
        "scope",
        `There is no scope "${name}"; there are ${scopeNames.join(", ")}`,
        scopeNames,
      );
    },
  );
}

/** Reads `90d` or `never`. @returns null for never @throws TidemarkError `bad_parameter` */
export function readExpiry(text: string, now = new Date()): Date | null {
  if (text === "never") return null;
  const days = Number(/^(\d{1,4})d$/.exec(text)?.[1]);
  if (days >= 1 && days <= MOST_DAYS) return new Date(now.getTime() + days * DAY_MS);
  throw badParameter(
    "expires",
    `"${text}" is not when a token may expire: give 1d to ${MOST_DAYS}d, or never`,
    ["90d", "never"],
  );
}
