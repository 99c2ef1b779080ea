/** Why a value cannot be taken. Returned instead of thrown: a file may hold a million of them. */
export class Refusal {
  readonly reason: string;
  /** Column and value at fault, where the reader knows better than its caller. */
  readonly column: string | undefined;
  readonly value: string | undefined;

  constructor(reason: string, column?: string, value?: string) {
    this.reason = reason;
    this.column = column;
    this.value = value;
  }
}

/** Turns the text of a file into what PostgreSQL reads, or says why it cannot. */
export type Convert = (text: string) => string | Refusal;

/** Shows a value in a message, shortened. */
export const shown = (text: string) =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** A list for a message, shortened. */
export const listed = (values: readonly string[]) =>
  values.length > 30 ? `${values.slice(0, 30).join(", ")}, …` : values.join(", ");
