import { badMapping } from "../../errors.ts";
import { isDateFormat } from "../convert/date.ts";
import type { Notation } from "../convert/value.ts";
import type { Source } from "./read.ts";
import { templateProblem } from "./template.ts";

/** How a field writes what is not text. @throws TidemarkError `bad_mapping` */
export function notationOf(field: Source, zone: string, where: string): Notation {
  const problem = field.template === undefined ? undefined : templateProblem(field.template);
  if (problem) throw badMapping(`${where}.template`, problem);
  for (const format of field.format ?? []) {
    if (isDateFormat(format)) continue;
    throw badMapping(
      `${where}.format`,
      `"${format}" is not a date format; write it like dd.MM.yyyy or yyyy-MM-dd HH:mm`,
    );
  }
  return {
    formats: field.format,
    zone: field.zone === undefined ? zone : requireZone(field.zone, `${where}.zone`),
    number: field.number,
    true: field.true,
    false: field.false,
  };
}

/** @throws TidemarkError `bad_mapping` when the machine does not know the zone */
export function requireZone(zone: string, where: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    throw badMapping(where, `"${zone}" is not a time zone; use an IANA name such as Europe/Berlin`);
  }
}
