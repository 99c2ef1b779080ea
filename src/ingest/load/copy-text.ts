import type { Refusal } from "../convert/refusal.ts";

/** Collects rows in the text format of COPY. */
export class CopyText {
  #text = "";
  #row = "";
  readonly #blanks: string;

  /** @param width how many columns a converted row has */
  constructor(width: number) {
    this.#blanks = "\t\\N".repeat(width);
  }

  get length() {
    return this.#text.length;
  }

  begin(line: number) {
    this.#row = `${line}\t\\N\t\\N\t\\N`;
  }

  add(value: string | null) {
    this.#row += value === null ? "\t\\N" : `\t${escaped(value)}`;
  }

  end() {
    this.#text += `${this.#row}\n`;
  }

  /** A row that cannot be taken, begun or not: its line, and why. */
  refuse(line: number, { column, value, reason }: Refusal) {
    const parts = [column, value, reason].map((part) =>
      part === undefined ? "\\N" : escaped(part.replaceAll("\u0000", "")),
    );
    this.#text += `${line}\t${parts.join("\t")}${this.#blanks}\n`;
  }

  /** The rows so far, which are then forgotten. */
  take(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }
}

const SPECIAL = /[\\\n\r\t]/g;
const ESCAPED: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

const escaped = (text: string) => {
  SPECIAL.lastIndex = 0;
  return SPECIAL.test(text) ? text.replace(SPECIAL, (character) => ESCAPED[character] ?? "") : text;
};
