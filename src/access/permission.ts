/** Everything that a role may permit, as crm.permissions lists and explains it. */
export const permissions = [
  "report:view_own",
  "report:view_team",
  "report:view_all",
  "report:sales",
  "report:conversations",
  "report:service",
  "export:download",
  "token:create",
  "token:manage",
  "user:manage",
  "role:manage",
  "audit:view",
  "job:run",
  "status:view",
  "data:ingest",
] as const;

export type Permission = (typeof permissions)[number];

/** One of these opens reports at all; which decides whose rows they hold. */
export const rowPermissions = ["report:view_own", "report:view_team", "report:view_all"] as const;

/** Whoever may take rows away in a file may show them to others by a link. */
export const sharePermission: Permission = "export:download";

/** What a report may be about: each needs one of these. */
export const topicPermissions = ["report:sales", "report:conversations", "report:service"] as const;
