import type { Named } from "../../access/admin/list-people.ts";
import type { Person, PersonFields } from "../../access/admin/person.ts";
import { LINK_MINUTES } from "../../access/password-link.ts";
import { inWords } from "../../reports/words.ts";
import { chosen } from "./choice.ts";
import { momentOf, type Now } from "./moment.ts";

export interface PersonForm {
  /** Undefined: somebody new. */
  person?: Person;
  /** The person's when the form was first shown: a form that was refused is as old as it was. */
  version?: string;
  /** As they stand in the form: what was sent, when it was refused. */
  fields: PersonFields;
  /** By field. */
  problems?: Partial<Record<string, string>>;
  /** What is wrong with no single field. */
  problem?: string;
  /** What was done. */
  done?: string;
  /** Address on which the person may choose a password: shown once. */
  link?: string;
  /** False where only company accounts count. */
  hasPasswords: boolean;
  choices: {
    roles: readonly (Named & { about: string })[];
    teams: readonly Named[];
    managers: readonly Named[];
  };
}

/** The form of one person. */
export function personPage(form: PersonForm, now: Now) {
  const { person, version, fields, problems = {}, problem, done, link, choices } = form;
  const named = (list: readonly Named[]) =>
    list.map(({ id, name }) => ({ value: id, label: name }));
  const managers = named(choices.managers.filter(({ id }) => id !== person?.id));
  // Somebody who has left may still be the manager that is on record.
  if (person?.managerId && !managers.some(({ value }) => value === person.managerId))
    managers.push({ value: person.managerId, label: `${person.manager} (not active)` });
  return {
    title: person?.name ?? "Add a person",
    isNew: person === undefined,
    action: person ? `/admin/users/${person.id}` : "/admin/users/new",
    version,
    trail: person && `/admin/audit?person=${encodeURIComponent(person.email)}`,
    signedIn: person && momentOf(person.lastSignInAt, now),
    added: person && momentOf(person.createdAt, now),
    origin: person && person.source !== "tidemark" ? inWords(person.source) : undefined,
    problem:
      problem ??
      (Object.keys(problems).length > 0
        ? "Nothing was saved: see what is wrong below."
        : undefined),
    done,
    link,
    linkMinutes: LINK_MINUTES,
    hasPasswords: form.hasPasswords,
    canHaveLink: person?.isActive && form.hasPasswords,
    problems,
    fields,
    teams: chosen(named(choices.teams), fields.teamId),
    managers: chosen(managers, fields.managerId),
    roles: chosen(
      choices.roles.map(({ id, name, about }) => ({ value: id, label: name, about })),
      ...fields.roleIds,
    ),
  };
}
