import { type Request, type Response, Router } from "express";
import { addTeam, deleteTeam, listTeams, renameTeam } from "../../access/admin/teams.ts";
import { TidemarkError } from "../../errors.ts";
import { teamsPage } from "../../render/admin/teams-page.ts";
import { actorOf } from "../authentication.ts";
import { field } from "../forms.ts";
import { onlyGetAndPost, onlyPost } from "../only.ts";
import { doneOf } from "./done.ts";
import type { AdminOptions } from "./options.ts";
import { sendAdminPage } from "./page.ts";

/** `/admin/teams`, and the forms on it. */
export function teamsRoutes({ pool, templates, catalogue }: AdminOptions): Router {
  const router = Router();

  const show = async (
    response: Response,
    model: Omit<Parameters<typeof teamsPage>[0], "teams">,
  ) => {
    const teams = await listTeams(pool);
    sendAdminPage(response, templates.adminTeams, catalogue, teamsPage({ teams, ...model }));
  };

  /** Goes back to the list, or shows it with what is wrong. */
  const act = async (
    request: Request,
    response: Response,
    done: string,
    work: () => Promise<void>,
    id?: string,
  ) => {
    try {
      await work();
      response.redirect(303, `/admin/teams?done=${done}`);
    } catch (error) {
      if (!(error instanceof TidemarkError) || ![400, 409].includes(error.status)) throw error;
      const { status, parameter, message: problem } = error;
      const sent = { name: field(request, "name"), version: field(request, "version") };
      const refused = { id, ...sent, problem, isOfName: parameter === "name" };
      await show(response.status(status), { refused });
    }
  };

  router.get("/admin/teams", (request, response) => show(response, { done: doneOf(request) }));
  router.post("/admin/teams", (request, response) =>
    act(request, response, "added", () =>
      addTeam(pool, { actor: actorOf(request, response), name: field(request, "name") }),
    ),
  );
  const changeOf = (request: Request, response: Response, id: string) => ({
    actor: actorOf(request, response),
    id,
    version: field(request, "version"),
  });
  router.post("/admin/teams/:id", (request, response) => {
    const { id } = request.params;
    const change = { ...changeOf(request, response, id), name: field(request, "name") };
    return act(request, response, "saved", () => renameTeam(pool, change), id);
  });
  router.post("/admin/teams/:id/delete", (request, response) => {
    const { id } = request.params;
    const change = changeOf(request, response, id);
    return act(request, response, "deleted", () => deleteTeam(pool, change), id);
  });

  router.all("/admin/teams", onlyGetAndPost);
  router.all(["/admin/teams/:id", "/admin/teams/:id/delete"], onlyPost);
  return router;
}
