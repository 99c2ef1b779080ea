import { type Request, type Response, Router } from "express";
import { addPerson, changePerson, personProblems } from "../../access/admin/change-person.ts";
import { listPeople, type PeopleFilter, readChoices } from "../../access/admin/list-people.ts";
import { offerPassword } from "../../access/admin/offer-password.ts";
import { type PersonFields, readPerson } from "../../access/admin/person.ts";
import { linkAddress } from "../../access/password-link.ts";
import { UUID } from "../../access/uuid.ts";
import { badParameter, TidemarkError } from "../../errors.ts";
import { peoplePage } from "../../render/admin/people-page.ts";
import { type PersonForm, personPage } from "../../render/admin/person-page.ts";
import { actorOf } from "../authentication.ts";
import { field, fieldValues, ownAddress } from "../forms.ts";
import { onlyGet, onlyGetAndPost, onlyPost } from "../only.ts";
import { doneOf } from "./done.ts";
import type { AdminOptions } from "./options.ts";
import { sendAdminPage } from "./page.ts";
import { pageNumber, parametersOf } from "./query.ts";

const A_PAGE = 50;
const NEW: PersonFields = {
  email: "",
  firstName: "",
  lastName: "",
  teamId: null,
  managerId: null,
  isActive: true,
  roleIds: [],
};

/** `/admin/users`, `/admin/users/new`, `/admin/users/<id>`. */
export function peopleRoutes(options: AdminOptions): Router {
  const { pool, templates, catalogue, timeZone, now, entrance } = options;
  const router = Router();
  const moment = () => ({ now: now(), timeZone });

  router.get("/admin/users", async (request, response) => {
    const { page: given, ...filter } = parametersOf(request, ["search", "state", "role", "page"]);
    const page = pageNumber(given);
    const found = await listPeople(pool, checked(filter), { page, size: A_PAGE });
    const { roles } = await readChoices(pool);
    const query = new URLSearchParams(filter).toString();
    const list = { ...found, filter: checked(filter), query, page, size: A_PAGE, roles };
    sendAdminPage(response, templates.adminPeople, catalogue, peoplePage(list, moment()));
  });

  const show = async (response: Response, form: Omit<PersonForm, "choices" | "hasPasswords">) => {
    const choices = await readChoices(pool);
    const model = personPage({ ...form, choices, hasPasswords: entrance.hasPasswords }, moment());
    sendAdminPage(response, templates.adminPerson, catalogue, model);
  };

  /** Saves the form, or shows it again with what is wrong with it. */
  const save = async (
    request: Request,
    response: Response,
    id: string | undefined,
    work: (fields: PersonFields) => Promise<string>,
  ) => {
    const fields = fieldsOf(request);
    const refuse = async (status: number, more: Partial<PersonForm>) => {
      const person = id === undefined ? undefined : await readPerson(pool, id);
      const version = field(request, "version");
      await show(response.status(status), { person, version, fields, ...more });
    };
    const problems = personProblems(fields);
    if (Object.keys(problems).length > 0) return refuse(400, { problems });
    try {
      response.redirect(303, await work(fields));
    } catch (error) {
      if (!(error instanceof TidemarkError) || ![400, 409].includes(error.status)) throw error;
      const { status, code, parameter, message: problem } = error;
      if (parameter) return refuse(status, { problems: { [parameter]: problem } });
      // Saying what is there now, and not what was sent, so that nothing is overwritten by pressing the button again.
      if (code !== "changed_meanwhile" || id === undefined) return refuse(status, { problem });
      const person = await readPerson(pool, id);
      await refuse(status, { problem, person, version: person.version, fields: person });
    }
  };

  router.get("/admin/users/new", (_request, response) => show(response, { fields: NEW }));
  router.post("/admin/users/new", (request, response) =>
    save(request, response, undefined, async (fields) => {
      const id = await addPerson(pool, { actor: actorOf(request, response), fields });
      return `/admin/users/${id}?done=added`;
    }),
  );

  router.get("/admin/users/:id", async (request, response) => {
    const person = await readPerson(pool, request.params.id);
    const { version } = person;
    await show(response, { person, version, fields: person, done: doneOf(request) });
  });
  router.post("/admin/users/:id", (request, response) => {
    const { id } = request.params;
    return save(request, response, id, async (fields) => {
      const actor = actorOf(request, response);
      await changePerson(pool, { actor, id, version: field(request, "version"), fields });
      return `/admin/users/${id}?done=saved`;
    });
  });

  // Answered with the page itself: what is shown once survives no redirect.
  router.post("/admin/users/:id/password-link", async (request, response) => {
    entrance.requirePasswords();
    const { id } = request.params;
    const token = await offerPassword(pool, { actor: actorOf(request, response), id });
    const person = await readPerson(pool, id);
    const link = linkAddress(ownAddress(request), token);
    await show(response, { person, version: person.version, fields: person, link });
  });

  router.all("/admin/users/:id/password-link", onlyPost);
  router.all("/admin/users", onlyGet);
  router.all(["/admin/users/new", "/admin/users/:id"], onlyGetAndPost);
  return router;
}

function fieldsOf(request: Request): PersonFields {
  const text = (name: string) => field(request, name).trim();
  return {
    email: text("email"),
    firstName: text("firstName"),
    lastName: text("lastName"),
    teamId: text("teamId") || null,
    managerId: text("managerId") || null,
    isActive: text("isActive") === "yes",
    roleIds: fieldValues(request, "roleIds"),
  };
}

function checked({ search, state, role }: Record<string, string>): PeopleFilter {
  if (state !== undefined && state !== "active" && state !== "inactive")
    throw badParameter("state", "state: is active or inactive", ["active", "inactive"]);
  if (role !== undefined && role !== "none" && !UUID.test(role))
    throw badParameter("role", "role: is the id of a role, or none");
  return { search, state, role };
}
