import { type AnnotationFields, LONGEST_TEXT } from "../reports/annotation-changes.ts";
import type { Annotation, Visibility } from "../reports/annotations.ts";
import type { Catalogue } from "../reports/load.ts";
import { chosen } from "./admin/choice.ts";
import { writeDay } from "./format.ts";
import { navigation } from "./navigation.ts";
import { pagerOf } from "./pager.ts";

/** Who reads a note, in the words of whoever writes it. */
const AUDIENCES: readonly { value: Visibility; label: string }[] = [
  { value: "everyone", label: "Everyone who may open reports" },
  { value: "team", label: "My team" },
  { value: "author", label: "Only me" },
];

/** And in those of whoever reads it. */
export const READERS: Record<Visibility, string> = {
  everyone: "for everyone",
  team: "for the team",
  author: "only for you",
};

export interface AnnotationsPage {
  annotations: readonly Annotation[];
  count: number;
  page: number;
  size: number;
  readerId: string;
  isInTeam: boolean;
  /** Whether the reader looks after everybody's. */
  keepsAll: boolean;
  catalogue: Catalogue;
  language: string;
  /** Local path to go back to. */
  next: string | undefined;
  today: string;
  done?: string | undefined;
  /** What was refused: a new note, or another text for one. */
  refused?: { id?: string; fields: AnnotationFields; problems: Partial<Record<string, string>> };
}

/** Notes on days, and the form for one more. */
export function annotationsPage(model: AnnotationsPage) {
  const { annotations, count, page, size, readerId, keepsAll, catalogue, next, refused } = model;
  const audiences = AUDIENCES.filter(({ value }) => value !== "team" || model.isInTeam);
  const formOf = (fields: AnnotationFields) => ({
    day: fields.day,
    text: fields.text,
    audiences: chosen(audiences, fields.visibility),
  });
  const isNew = refused !== undefined && refused.id === undefined;
  const empty = { day: model.today, text: "", visibility: "everyone" };
  const hrefOf = (number: number) => {
    const query = new URLSearchParams({
      ...(next !== undefined && { next }),
      ...(number > 1 && { page: String(number) }),
    });
    return query.size > 0 ? `/notes?${query}` : "/notes";
  };
  return {
    title: "Notes",
    navigation: navigation(catalogue),
    done: model.done,
    next,
    longest: LONGEST_TEXT,
    added: {
      ...formOf(isNew ? refused.fields : empty),
      problems: isNew ? refused.problems : {},
    },
    ...pagerOf(hrefOf, { page, size, shown: annotations.length, count }),
    annotations: annotations.map((one) => {
      const isOwn = one.authorId === readerId;
      const own = refused?.id === one.id ? refused : undefined;
      return {
        id: one.id,
        iso: one.day,
        date: writeDay(one.day, model),
        written: one.text,
        author: one.author,
        readers: READERS[one.visibility],
        isDeletable: isOwn || keepsAll,
        form: isOwn
          ? { ...formOf(own?.fields ?? one), id: one.id, problems: own?.problems ?? {} }
          : undefined,
        isOpen: own !== undefined,
      };
    }),
  };
}
