// Sums and comparisons of exact decimals, as texts: a binary number would forgive a wrong cent.

const PLACES = 20;

const scaled = (text: string): bigint => {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  return BigInt(`${sign}${whole}${fraction.padEnd(PLACES, "0")}`);
};

const written = (value: bigint): string => {
  const digits = String(value < 0n ? -value : value).padStart(PLACES + 1, "0");
  const fraction = digits.slice(-PLACES).replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -PLACES)}${fraction && `.${fraction}`}`;
};

/** The shortest text of a decimal: `12.500` is `12.5`. What is none stays as it is. */
export const toPlain = (value: unknown): string =>
  /^-?\d+(\.\d+)?$/.test(String(value)) ? written(scaled(String(value))) : String(value);

/** The exact sum; NULL adds nothing. */
export const sumOf = (values: readonly unknown[]): string =>
  written(
    values.reduce<bigint>((sum, value) => (value === null ? sum : sum + scaled(String(value))), 0n),
  );
