import { readdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import Handlebars from "handlebars";

export type Template = (model: object) => string;

export interface Templates {
  report: Template;
  catalogue: Template;
  docs: Template;
  status: Template;
  export: Template;
  exports: Template;
  error: Template;
  signIn: Template;
  account: Template;
  accountTokens: Template;
  views: Template;
  setPassword: Template;
  admin: Template;
  adminTokens: Template;
  adminTrail: Template;
  accountLinks: Template;
  annotations: Template;
  adminLinks: Template;
  forgotPassword: Template;
  adminPeople: Template;
  adminPerson: Template;
  adminTeams: Template;
  adminRoles: Template;
}

const viewsFolder = join(import.meta.dirname, "../../views");

/**
 * Compiles the pages once, with everything escaped and no helpers of our own: models arrive ready to be written.
 * @param common what every page gets beside its model
 */
export function loadTemplates(common: object, folder: string = viewsFolder): Templates {
  const handlebars = Handlebars.create();
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  for (const part of ["layouts", "partials"])
    for (const file of readdirSync(join(folder, part)).filter((one) => extname(one) === ".hbs"))
      handlebars.registerPartial(basename(file, ".hbs"), read(join(part, file)));
  const compile = (file: string): Template => {
    const template = handlebars.compile(read(file), { knownHelpersOnly: true });
    return (model) => template({ ...common, ...model });
  };
  return {
    report: compile("report.hbs"),
    catalogue: compile("catalogue.hbs"),
    docs: compile("docs.hbs"),
    status: compile("status.hbs"),
    export: compile("export.hbs"),
    exports: compile("exports.hbs"),
    error: compile("error.hbs"),
    signIn: compile("sign-in.hbs"),
    account: compile("account.hbs"),
    accountTokens: compile("account-tokens.hbs"),
    views: compile("views.hbs"),
    setPassword: compile("set-password.hbs"),
    admin: compile("admin/index.hbs"),
    adminTokens: compile("admin/tokens.hbs"),
    adminTrail: compile("admin/trail.hbs"),
    accountLinks: compile("account-links.hbs"),
    annotations: compile("annotations.hbs"),
    adminLinks: compile("admin/links.hbs"),
    forgotPassword: compile("forgot-password.hbs"),
    adminPeople: compile("admin/people.hbs"),
    adminPerson: compile("admin/person.hbs"),
    adminTeams: compile("admin/teams.hbs"),
    adminRoles: compile("admin/roles.hbs"),
  };
}
