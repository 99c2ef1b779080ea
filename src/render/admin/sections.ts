import type { Permission } from "../../access/permission.ts";
import type { Viewer } from "../../access/viewer.ts";

interface Section {
  href: string;
  title: string;
  about: string;
  permission: Permission;
}

const sections: readonly Section[] = [
  {
    href: "/admin/users",
    title: "People",
    about: "Who signs in, and with which roles, team and manager.",
    permission: "user:manage",
  },
  {
    href: "/admin/teams",
    title: "Teams",
    about: "What reports group people by.",
    permission: "user:manage",
  },
  {
    href: "/admin/roles",
    title: "Roles",
    about: "What each role permits.",
    permission: "role:manage",
  },
  {
    href: "/admin/tokens",
    title: "API tokens",
    about: "Programs that sign in, for people and for services.",
    permission: "token:manage",
  },
  {
    href: "/admin/links",
    title: "Share links",
    about: "Reports that people show to others by a link.",
    permission: "token:manage",
  },
  {
    href: "/admin/audit",
    title: "Audit trail",
    about: "Who did what, and when.",
    permission: "audit:view",
  },
];

/** The parts of the administration that somebody may open. */
export const sectionsFor = ({ permissions }: Viewer): Section[] =>
  sections.filter(({ permission }) => permissions.has(permission));

/** One of these opens the administration at all. */
export const adminPermissions: readonly Permission[] = [
  ...new Set(sections.map(({ permission }) => permission)),
];
