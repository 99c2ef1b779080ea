import type { Response } from "express";
import { sectionsFor } from "../../render/admin/sections.ts";
import { navigation } from "../../render/navigation.ts";
import type { Template } from "../../render/templates.ts";
import { type Catalogue, catalogueFor } from "../../reports/load.ts";
import { viewerOf } from "../authentication.ts";
import { sendPage } from "../page.ts";

/** Sends a page of the administration, with the other parts that whoever asks may open. */
export function sendAdminPage(
  response: Response,
  template: Template,
  catalogue: Catalogue,
  model: { title: string; [key: string]: unknown },
): void {
  const viewer = viewerOf(response);
  const { path } = response.req;
  const isWithin = (href: string) => path === href || path.startsWith(`${href}/`);
  sendPage(response, template, {
    isAdmin: true,
    canSeeTrail: viewer.permissions.has("audit:view"),
    navigation: navigation(catalogueFor(viewer, catalogue)),
    sections: sectionsFor(viewer).map((section) => ({
      ...section,
      isCurrent: isWithin(section.href),
    })),
    ...model,
  });
}
