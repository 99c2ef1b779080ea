import type { Queryable } from "../db/queryable.ts";
import { notFound } from "../errors.ts";
import { UUID } from "./uuid.ts";

/** A contact as the command line shows one. */
export interface Contact {
  id: string;
  name: string;
  title: string | null;
  company: string | null;
  email: string | null;
  phone_work: string | null;
  phone_mobile: string | null;
  owner: string | null;
}

/** Finds a contact by its id or its address. @throws TidemarkError `not_found` */
export async function findContact(db: Queryable, idOrEmail: string): Promise<Contact> {
  const is = UUID.test(idOrEmail) ? "contacts.id = $1" : "lower(contacts.email) = lower($1)";
  const { rows } = await db.query<Contact>(
    `SELECT
       contacts.id,
       concat_ws(' ', contacts.first_name, contacts.last_name) AS name,
       contacts.title,
       companies.name AS company,
       contacts.email,
       contacts.phone_work,
       contacts.phone_mobile,
       people.name AS owner
     FROM crm.contacts
     LEFT JOIN crm.companies ON companies.id = contacts.company_id
     LEFT JOIN mart.people ON people.user_id = contacts.owner_user_id
     WHERE ${is}`,
    [idOrEmail],
  );
  const [found] = rows;
  if (found) return found;
  throw notFound(
    UUID.test(idOrEmail)
      ? `There is no contact ${idOrEmail}`
      : `There is no contact with the address "${idOrEmail}"; give an id or an address`,
  );
}
