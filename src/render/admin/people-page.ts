import type { ListedPerson, Named, PeopleFilter } from "../../access/admin/list-people.ts";
import { NOTHING } from "../format.ts";
import { pagerOf } from "../pager.ts";
import { chosen } from "./choice.ts";
import { momentOf, type Now } from "./moment.ts";

interface People {
  people: readonly ListedPerson[];
  count: number;
  filter: PeopleFilter;
  /** The filter as a query string, without a page. */
  query: string;
  page: number;
  size: number;
  roles: readonly Named[];
}

const STATES = [
  { value: "active", label: "Active" },
  { value: "inactive", label: "Not active" },
];

/** A page of people. */
export function peoplePage({ people, count, filter, query, page, size, roles }: People, now: Now) {
  const pageAt = (number: number) => {
    const parts = [query, number > 1 ? `page=${number}` : ""].filter(Boolean);
    return parts.length > 0 ? `/admin/users?${parts.join("&")}` : "/admin/users";
  };
  return {
    title: "People",
    search: filter.search,
    states: chosen(STATES, filter.state),
    roles: chosen(
      [
        ...roles.map(({ id, name }) => ({ value: id, label: name })),
        { value: "none", label: "No role" },
      ],
      filter.role,
    ),
    isFiltered: query !== "",
    ...pagerOf(pageAt, { page, size, shown: people.length, count }),
    people: people.map((one) => ({
      ...one,
      href: `/admin/users/${one.id}`,
      roles: one.roles.join(", ") || NOTHING,
      team: one.team ?? NOTHING,
      manager: one.manager ?? NOTHING,
      signedIn: momentOf(one.lastSignInAt, now),
    })),
  };
}
