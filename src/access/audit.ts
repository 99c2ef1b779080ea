import type { Queryable } from "../db/queryable.ts";

/** What is written down, and how the audit page calls it. */
export const auditKinds = {
  sign_in: "Signed in",
  sign_in_failed: "Failed to sign in",
  sign_out: "Signed out",
  sign_out_everywhere: "Signed out everywhere",
  company_account_linked: "Linked a company account",
  password_changed: "Changed a password",
  password_reset_requested: "Asked for a new password",
  export: "Downloaded rows",
  token_created: "Made an API token",
  token_revoked: "Revoked an API token",
  token_refused: "Used a token that is not valid",
  share_link_created: "Shared a report by a link",
  share_link_opened: "Opened a shared report",
  share_link_revoked: "Revoked a share link",
  note_deleted: "Deleted somebody else's note",
  refresh_requested: "Asked for a refresh",
  user_added: "Added a person",
  user_changed: "Changed a person",
  roles_changed: "Changed somebody's roles",
  permissions_changed: "Changed what a role permits",
  team_changed: "Changed a team",
  bi_login_created: "Made a BI login",
  bi_login_dropped: "Dropped a BI login",
  fields_read: "Read sensitive fields of a contact",
  fields_changed: "Changed sensitive fields of a contact",
  key_rotated: "Rotated the key of sensitive fields",
} as const;

export type AuditKind = keyof typeof auditKinds;

export interface Actor {
  /** Null: the operator, a service, or somebody unknown. */
  userId: string | null;
  name: string;
  means: "session" | "token" | "cli" | "none";
  /** Network address; null: the command line. */
  address: string | null;
}

/** Whoever runs the command line. */
export const operator: Actor = { userId: null, name: "operator", means: "cli", address: null };

export interface AuditEvent {
  kind: AuditKind;
  actor: Actor;
  /** What or whom it is about. */
  subject?: string;
  /** The rest. No secrets, and no rows of reports. */
  details?: Readonly<Record<string, unknown>>;
}

/** Writes down what somebody did; in the transaction of what they did, where there is one. */
export async function recordEvent(
  db: Queryable,
  { kind, actor, subject, details = {} }: AuditEvent,
): Promise<void> {
  await db.query(
    `INSERT INTO ops.audit_events (kind, actor_user_id, actor_name, means, address, subject, details)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [kind, actor.userId, actor.name, actor.means, actor.address, subject ?? null, details],
  );
}
