import { type Response, Router } from "express";
import { changeRoles, readRoles } from "../../access/admin/roles.ts";
import { TidemarkError } from "../../errors.ts";
import { rolesPage } from "../../render/admin/roles-page.ts";
import { actorOf } from "../authentication.ts";
import { field, fieldValues } from "../forms.ts";
import { onlyGetAndPost } from "../only.ts";
import { doneOf } from "./done.ts";
import type { AdminOptions } from "./options.ts";
import { sendAdminPage } from "./page.ts";

/** `/admin/roles`. */
export function rolesRoutes({ pool, templates, catalogue }: AdminOptions): Router {
  const router = Router();

  const show = async (
    response: Response,
    model: Partial<Omit<Parameters<typeof rolesPage>[0], "table">>,
  ) => {
    const table = await readRoles(pool);
    const page = rolesPage({ table, version: table.version, ...model });
    sendAdminPage(response, templates.adminRoles, catalogue, page);
  };

  router.get("/admin/roles", (request, response) => show(response, { done: doneOf(request) }));
  router.post("/admin/roles", async (request, response) => {
    const version = field(request, "version");
    const grants = fieldValues(request, "grants");
    try {
      await changeRoles(pool, { actor: actorOf(request, response), version, grants });
      response.redirect(303, "/admin/roles?done=saved");
    } catch (error) {
      if (!(error instanceof TidemarkError) || ![400, 409].includes(error.status)) throw error;
      const { status, code, message: problem } = error;
      const isStale = code === "changed_meanwhile";
      await show(response.status(status), { problem, ...(!isStale && { version, grants }) });
    }
  });

  router.all("/admin/roles", onlyGetAndPost);
  return router;
}
