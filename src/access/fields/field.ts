import { badParameter } from "../../errors.ts";

interface Definition {
  label: string;
  /** Most characters. */
  longest: number;
  /** Undefined: anything. */
  fits?: (text: string) => boolean;
  /** What fits, in words. */
  allowed?: string;
}

/** A contact's sensitive fields, as crm.contact_secrets has them. */
export const fields = {
  phone_private: { label: "Private phone", longest: 100 },
  address_private: { label: "Private address", longest: 1_000 },
  birth_date: {
    label: "Date of birth",
    longest: 10,
    fits: isDay,
    allowed: "a day such as 1980-02-29",
  },
  national_id: { label: "National id", longest: 100 },
  notes_private: { label: "Private notes", longest: 20_000 },
} as const satisfies Record<string, Definition>;

export type Field = keyof typeof fields;
export const fieldNames = Object.keys(fields) as Field[];

/** @throws TidemarkError `bad_parameter`, naming the fields that there are */
export function requireField(name: string): Field {
  if (Object.hasOwn(fields, name)) return name as Field;
  throw badParameter(
    "field",
    `There is no sensitive field "${name}"; there are ${fieldNames.join(", ")}`,
    fieldNames,
  );
}

/** Why a field cannot hold a text; undefined when it can. Never quotes the text. */
export function objectionTo(field: Field, text: string): string | undefined {
  const { longest, fits, allowed }: Definition = fields[field];
  if (text.trim() === "") return "is blank";
  if (text.length > longest) return `is longer than ${longest.toLocaleString("en")} characters`;
  return fits && !fits(text) ? `is not ${allowed}` : undefined;
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && isSameDay(day, text);
}

/** 2026-02-30 is read as the second of March. */
const isSameDay = (day: Date, text: string) => day.toISOString().startsWith(text);
