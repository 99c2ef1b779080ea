import type pg from "pg";
import { inTransaction } from "../../db/transaction.ts";
import { notPermitted, TidemarkError } from "../../errors.ts";
import type { Actor } from "../audit.ts";
import type { Permission } from "../permission.ts";

/** Without somebody who has these, nobody could give them to anybody again. */
const KEPT: readonly Permission[] = ["user:manage", "role:manage"];

interface Keepers {
  /** What anybody active has. */
  held: ReadonlySet<string>;
  /** What whoever acts has. */
  own: ReadonlySet<string>;
}

/**
 * Changes who may do what, one change at a time: what several do at once is decided as if they did it one after the other.
 * @param needs what whoever acts must have when it is their turn; the operator needs nothing
 * @throws TidemarkError `not_permitted`; `own_access` and `last_administrator` when the change would leave whoever acts,
 * or everybody, without the permission to undo it
 */
export const changeAccess = <T>(
  pool: pg.Pool,
  { actor, needs }: { actor: Actor; needs: Permission },
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> =>
  inTransaction(pool, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock(hashtext('crm.role_permissions'))");
    const before = await readKeepers(client, actor);
    if (actor.userId !== null && !before.own.has(needs)) throw notPermitted([needs]);
    const result = await work(client);
    const after = await readKeepers(client, actor);
    for (const permission of KEPT) {
      if (before.own.has(permission) && !after.own.has(permission)) throw ownAccess(permission);
      if (before.held.has(permission) && !after.held.has(permission)) throw nobodyLeft(permission);
    }
    return result;
  });

async function readKeepers(client: pg.PoolClient, { userId }: Actor): Promise<Keepers> {
  const { rows } = await client.query<{ permission_name: string; is_own: boolean }>(
    `SELECT permissions.permission_name, coalesce(bool_or(users.id = $1), false) AS is_own
     FROM crm.users
     JOIN crm.user_roles AS held ON held.user_id = users.id
     JOIN crm.role_permissions AS granted ON granted.role_id = held.role_id
     JOIN crm.permissions ON permissions.id = granted.permission_id
     WHERE users.is_active AND permissions.permission_name = ANY ($2)
     GROUP BY permissions.permission_name`,
    [userId, KEPT],
  );
  const named = (some: typeof rows) => new Set(some.map((row) => row.permission_name));
  return { held: named(rows), own: named(rows.filter((row) => row.is_own)) };
}

const ownAccess = (permission: Permission) =>
  new TidemarkError(
    "own_access",
    409,
    `You would lose the permission ${permission}, and nobody can take that from themself. Have somebody else do it.`,
  );

const nobodyLeft = (permission: Permission) =>
  new TidemarkError(
    "last_administrator",
    409,
    `Nobody active would have the permission ${permission} any more. Give it to somebody else first.`,
  );

/** What was shown is no longer what is there. */
export const changedMeanwhile = (what: string) =>
  new TidemarkError(
    "changed_meanwhile",
    409,
    `${what} changed since this page was opened, and nothing was saved. Below is what is there now: change it again if it is still needed.`,
  );
