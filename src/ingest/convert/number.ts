import type { NumberFormat } from "../mapping/field.ts";
import { type Convert, Refusal, shown } from "./refusal.ts";

export interface NumberLimits {
  /** Digits in all; null: any. */
  precision: number | null;
  /** Digits after the point; null: any. */
  scale: number | null;
}

/** An exact decimal: digits × 10^-places. Money never passes through a floating-point number. */
interface Decimal {
  digits: bigint;
  places: number;
}

const PLAIN = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const LONGEST = 1000;

/** Reads numbers in the file's own notation and writes them plainly. */
export function numberReader(
  format: NumberFormat | undefined,
  { precision, scale }: NumberLimits,
): Convert {
  const factor = toDecimal(format?.scale ?? "1");
  const rounds = format?.round ?? false;
  const plain = notation(format);
  const isPlain = format === undefined;
  const isSimple = isPlain ? simple(precision, scale) : undefined;
  return (text) => {
    if (isSimple?.test(text)) return text;
    const candidate = isPlain ? text : plain(text);
    if (candidate === undefined || !PLAIN.test(candidate) || candidate.length > LONGEST) {
      return new Refusal(`${shown(text)} is not a number${hint(format)}`);
    }
    let number = times(toDecimal(candidate), factor);
    if (scale !== null && number.places > scale) {
      if (!rounds && number.digits % 10n ** BigInt(number.places - scale) !== 0n) {
        return new Refusal(`${shown(text)} has more than ${scale} decimal places`);
      }
      number = round(number, scale);
    }
    if (precision !== null && tooLong(number, precision, scale ?? 0)) {
      return new Refusal(`${shown(text)} is too large: ${precision - (scale ?? 0)} digits at most`);
    }
    const result = toText(number);
    const beyond = outside(Number(result), format);
    return beyond === undefined ? result : new Refusal(`${shown(text)} is ${beyond}`);
  };
}

function outside(value: number, format: NumberFormat | undefined): string | undefined {
  const { min, max } = format ?? {};
  if (min !== undefined && value < min) return `less than ${min}`;
  return max !== undefined && value > max ? `more than ${max}` : undefined;
}

/** Reads whole numbers that fit into so many bytes. */
export function integerReader(format: NumberFormat | undefined, bytes: number): Convert {
  const read = numberReader(format, { precision: null, scale: 0 });
  const limit = 2n ** BigInt(bytes * 8 - 1);
  return (text) => {
    const number = read(text);
    if (number instanceof Refusal) {
      return /decimal/.test(number.reason)
        ? new Refusal(`${shown(text)} is not a whole number`)
        : number;
    }
    const value = BigInt(number);
    if (value >= -limit && value < limit) return number;
    return new Refusal(`${shown(text)} is outside ${-limit} to ${limit - 1n}`);
  };
}

/** Most numbers of most files: short, plain, and stored as they stand. */
function simple(precision: number | null, scale: number | null): RegExp {
  const whole = precision === null ? 15 : Math.max(1, precision - (scale ?? 0));
  const places = Math.min(scale ?? 15, 15);
  return new RegExp(
    `^-?(?:0|[1-9]\\d{0,${whole - 1}})${places > 0 ? `(?:\\.\\d{1,${places}})?` : ""}$`,
  );
}

function notation(format: NumberFormat | undefined) {
  const { decimal = ".", group, ignore = "" } = format ?? {};
  // A group of one to three digits, then groups of three: "1.234,56" is no number where "." is the decimal sign.
  const grouped =
    group === undefined
      ? undefined
      : new RegExp(`^[+-]?\\d{1,3}(${escaped(group)}\\d{3})+(${escaped(decimal)}\\d*)?$`);
  const ignored = ignore === "" ? undefined : new RegExp(`[${escaped(ignore)}\\s]`, "g");
  return (text: string): string | undefined => {
    let number = ignored ? text.replace(ignored, "") : text;
    if (grouped?.test(number)) number = number.replaceAll(group as string, "");
    if (decimal === ".") return number;
    return number.includes(".") ? undefined : number.replace(decimal, ".");
  };
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

const hint = (format: NumberFormat | undefined) =>
  format && (format.group || format.decimal !== ".")
    ? ` with decimal sign "${format.decimal}"${format.group ? ` and groups by "${format.group}"` : ""}`
    : "";

function toDecimal(text: string): Decimal {
  const [whole = "", fraction = ""] = text.replace("+", "").split(".");
  return {
    digits: BigInt(whole.replace("-", "") + fraction || "0") * (text.startsWith("-") ? -1n : 1n),
    places: fraction.length,
  };
}

const times = (a: Decimal, b: Decimal): Decimal => ({
  digits: a.digits * b.digits,
  places: a.places + b.places,
});

/** Half away from zero, as PostgreSQL does. */
function round({ digits, places }: Decimal, scale: number): Decimal {
  const unit = 10n ** BigInt(places - scale);
  const half = digits < 0n ? -unit / 2n : unit / 2n;
  return { digits: (digits + half) / unit, places: scale };
}

function tooLong({ digits, places }: Decimal, precision: number, scale: number) {
  const whole = digits / 10n ** BigInt(places);
  return (whole < 0n ? -whole : whole) >= 10n ** BigInt(precision - scale);
}

function toText({ digits, places }: Decimal): string {
  if (places === 0) return digits.toString();
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, "0");
  return `${digits < 0n ? "-" : ""}${text.slice(0, -places)}.${text.slice(-places)}`;
}
