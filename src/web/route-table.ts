import { type Permission, rowPermissions, sharePermission } from "../access/permission.ts";
import { adminPermissions } from "../render/admin/sections.ts";

/**
 * What a route asks of whoever calls it: nothing, without looking who it is; nothing, but knowing them when they have
 * signed in; to be signed in; or one permission out of each of these lists.
 */
export type Need = "nothing" | "anybody" | "sign-in" | readonly (readonly Permission[])[];

export interface Rule {
  /** As Express writes paths. */
  path: string;
  needs: Need;
}

/**
 * Every address there is, and what it needs; one that is not here does not exist. The first that fits counts, and those
 * that are asked for most stand first.
 */
export const routeTable: readonly Rule[] = [
  { path: "/reports", needs: [rowPermissions] },
  { path: "/reports/:slug.:format", needs: [["export:download"], rowPermissions] },
  { path: "/reports/:slug/changes", needs: [rowPermissions] },
  { path: "/reports/:slug", needs: [rowPermissions] },
  { path: "/healthz", needs: "nothing" },
  { path: "/readyz", needs: "nothing" },
  { path: "/assets/*rest", needs: "nothing" },
  { path: "/sign-in", needs: "anybody" },
  { path: "/sign-in/demo", needs: "anybody" },
  { path: "/forgot-password", needs: "anybody" },
  { path: "/set-password", needs: "anybody" },
  { path: "/sign-in/company", needs: "anybody" },
  { path: "/sign-in/company/callback", needs: "anybody" },
  { path: "/sign-out", needs: "sign-in" },
  { path: "/account", needs: "sign-in" },
  { path: "/account/password", needs: "sign-in" },
  { path: "/account/language", needs: "sign-in" },
  { path: "/account/sign-out-everywhere", needs: "sign-in" },
  { path: "/account/views", needs: "sign-in" },
  { path: "/account/views/:id", needs: "sign-in" },
  { path: "/account/views/:id/replace", needs: "sign-in" },
  { path: "/account/views/:id/delete", needs: "sign-in" },
  { path: "/account/start", needs: "sign-in" },
  { path: "/account/links", needs: "sign-in" },
  { path: "/account/links/new", needs: [[sharePermission], rowPermissions] },
  { path: "/account/links/:id/revoke", needs: "sign-in" },
  { path: "/account/tokens", needs: [["token:create"]] },
  { path: "/account/tokens/:id/revoke", needs: [["token:create"]] },
  { path: "/", needs: "sign-in" },
  { path: "/people", needs: [rowPermissions] },
  { path: "/docs", needs: [rowPermissions] },
  { path: "/openapi.json", needs: [rowPermissions] },
  { path: "/notes", needs: [rowPermissions] },
  { path: "/notes/:id", needs: [rowPermissions] },
  { path: "/notes/:id/delete", needs: [rowPermissions] },
  { path: "/shared/:token.:format", needs: "anybody" },
  { path: "/shared/:token", needs: "anybody" },
  { path: "/exports", needs: "sign-in" },
  { path: "/exports.json", needs: "sign-in" },
  { path: "/exports/:id.json", needs: "sign-in" },
  { path: "/exports/:id", needs: "sign-in" },
  { path: "/status", needs: [["status:view"]] },
  { path: "/status/refresh", needs: [["job:run"]] },
  { path: "/status.json", needs: [["status:view"]] },
  { path: "/admin", needs: [adminPermissions] },
  { path: "/admin/users", needs: [["user:manage"]] },
  { path: "/admin/users/new", needs: [["user:manage"]] },
  { path: "/admin/users/:id", needs: [["user:manage"]] },
  { path: "/admin/users/:id/password-link", needs: [["user:manage"]] },
  { path: "/admin/teams", needs: [["user:manage"]] },
  { path: "/admin/teams/:id", needs: [["user:manage"]] },
  { path: "/admin/teams/:id/delete", needs: [["user:manage"]] },
  { path: "/admin/roles", needs: [["role:manage"]] },
  { path: "/admin/tokens", needs: [["token:manage"]] },
  { path: "/admin/tokens/:id/revoke", needs: [["token:manage"]] },
  { path: "/admin/links", needs: [["token:manage"]] },
  { path: "/admin/links/:id/revoke", needs: [["token:manage"]] },
  { path: "/admin/audit", needs: [["audit:view"]] },
  { path: "/admin/audit.csv", needs: [["audit:view"]] },
  { path: "/metrics", needs: [["status:view"]] },
];
