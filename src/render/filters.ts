import { type ChoiceName, choices, type Option } from "../reports/choices.ts";
import { compareChoices } from "../reports/compare.ts";
import { type CustomFieldState, parameterOf } from "../reports/custom-field.ts";
import type { LoadedReport } from "../reports/load.ts";
import { isTyped } from "../reports/own-parameter.ts";
import type { OwnState } from "../reports/own-state.ts";
import { periodPresets } from "../reports/period.ts";
import type { ChoiceState, ReportState } from "../reports/state.ts";
import type { ReportPlace } from "./report-place.ts";

interface Pill {
  name: string;
  label: string;
  /** What is in force. */
  text: string;
  isSet: boolean;
  isShownOnPaper: boolean;
  /** `radio` for one value, `checkbox` for several. */
  input: "radio" | "checkbox";
  /** What is typed, and what may be. */
  typed?: {
    input: "text" | "number" | "date";
    values: string[];
    hint: string;
    longest: number;
    /** Address that knows the names, by what is typed so far. */
    suggest?: string;
  };
  options: { value: string; label: string; isChosen: boolean }[];
  /** How the options stand: in pairs, or in a list that scrolls. */
  isPaired?: boolean;
  /** Fiscal periods by name; shown only by the period. */
  named?: { value: string; label: string; isChosen: boolean }[];
  isMany: boolean;
  /** The dates of a period of one's own; shown only by the period. */
  range?: { from: string; to: string; isChosen: boolean };
  /** The page without this filter. */
  clear?: string | undefined;
}

/** What paper says also where it is the usual: figures mean nothing without it. */
const ALWAYS_SAID = new Set(["period", "compare", "currency"]);

/** The filters of a report, as pills that say what is in force. They work as a plain form. */
export function filterPills(report: LoadedReport, state: ReportState, place: ReportPlace): Pill[] {
  const parts: (readonly [string, Part])[] = [
    ...state.own.filter(isOffered).map((one) => [one.parameter.name, ownPill(one)] as const),
    ...report.parameters.map(
      (name) =>
        [
          name,
          name === "period"
            ? periodPill(state)
            : name === "compare"
              ? comparePill(state)
              : choicePill(
                  state.choices.find((one) => one.name === name) as ChoiceState,
                  name === "owner" && report.isAboutOne,
                ),
        ] as const,
    ),
    ...state.customFields.map((one) => [parameterOf(one.field), fieldPill(one)] as const),
  ];
  return parts.map(([name, part]) => {
    const isSet = state.canonical.has(name);
    const isShownOnPaper = isSet || ALWAYS_SAID.has(name);
    const clear = isSet ? without(place, state, name) : undefined;
    return { ...part, name, isSet, isShownOnPaper, clear };
  });
}

/** More would be most of a small screen. */
const MOST_IN_SIGHT = 10;
const IN_SIGHT = 8;

/** Those that are in force, and the first ones, come first where there are many; the others stand behind "More". */
export function inSight(pills: Pill[]): { first: Pill[]; more: Pill[] } {
  if (pills.length <= MOST_IN_SIGHT) return { first: pills, more: [] };
  const first = pills.filter(({ isSet }, index) => isSet || index < IN_SIGHT);
  return { first, more: pills.filter((pill) => !first.includes(pill)) };
}

function without(place: ReportPlace, state: ReportState, name: string): string | undefined {
  const query = new URLSearchParams(state.canonical);
  query.delete(name);
  return place.filtered(query);
}

type Part = Omit<Pill, "name" | "isSet" | "isShownOnPaper" | "clear">;

function periodPill({ period, fiscalPeriods }: ReportState): Part {
  if (!period) throw new Error("the report takes no period");
  const isRange = period.shape.kind === "range";
  return {
    label: "Period",
    text: period.label,
    input: "radio",
    options: periodPresets.map((one) => ({ ...one, isChosen: one.value === period.value })),
    isMany: false,
    isPaired: true,
    named: fiscalPeriods.map(({ name }) => ({
      value: name,
      label: name,
      isChosen: name === period.value,
    })),
    range: {
      from: period.days === undefined ? "" : period.from,
      to: period.days === undefined ? "" : period.to,
      isChosen: isRange,
    },
  };
}

function comparePill({ compare, comparison }: ReportState): Part {
  return {
    label: "Compare",
    text: comparison?.label ?? (compare === "none" ? "None" : "Nothing to compare"),
    input: "radio",
    options: compareChoices.map((one) => ({ ...one, isChosen: one.value === compare })),
    isMany: false,
  };
}

function choicePill({ name, chosen, options }: ChoiceState, isPerson: boolean): Part {
  const choice = isPerson
    ? { ...choices[name as ChoiceName], label: "Rep", everything: "Choose" }
    : choices[name as ChoiceName];
  const isSingle = isPerson || !choice.sqlType.endsWith("[]");
  const text = namesOf(chosen.map((option) => option.label)) || choice.everything;
  if (options.length > LONGEST_LIST)
    return {
      label: choice.label,
      text,
      input: "checkbox",
      // Of one person, a name that is typed takes the place of another.
      options: isPerson ? [] : chosen.map((one) => ({ ...one, isChosen: true })),
      isMany: chosen.length > LONG_LIST,
      typed: {
        input: "text",
        values: [""],
        hint: "a name as it is written",
        longest: 200,
        suggest: "/people",
      },
    };
  return {
    label: choice.label,
    text,
    input: isSingle ? "radio" : "checkbox",
    options: inReach(options, chosen).map((one) => ({ ...one, isChosen: chosen.includes(one) })),
    isMany: options.length > LONG_LIST,
  };
}

const isOffered = ({ parameter, isUsual }: OwnState): boolean => !parameter.isQuiet || !isUsual;

function ownPill({ parameter, values }: OwnState): Part {
  const { label } = parameter;
  if (isTyped(parameter)) {
    const { hint, longest } = parameter;
    const typed = { input: TYPED.text, values: [values[0] ?? ""], hint, longest };
    return { label, text: values[0] ?? "Any", input: "radio", options: [], isMany: false, typed };
  }
  if (parameter.kind === "day") {
    const typed = {
      input: TYPED.date,
      values: [values[0] ?? ""],
      hint: parameter.hint,
      longest: 10,
    };
    const text = values[0] ?? parameter.nothing;
    return { label, text, input: "radio", options: [], isMany: false, typed };
  }
  const { options, everything } = parameter;
  const names = options.filter(({ value }) => values.includes(value)).map((one) => one.label);
  const isSingle = parameter.kind === "one";
  const nothing =
    isSingle && parameter.usual === undefined ? [{ value: "", label: everything }] : [];
  return {
    label,
    text: namesOf(names) || everything,
    input: isSingle ? "radio" : "checkbox",
    options: [...nothing, ...options].map((one) => ({
      ...one,
      isChosen: one.value === "" ? values.length === 0 : values.includes(one.value),
    })),
    isMany: options.length > LONG_LIST,
  };
}

const TYPED = { text: "text", number: "number", date: "date" } as const;

function fieldPill({ field, values }: CustomFieldState): Part {
  const { label, type, allowed, description } = field;
  if (type === "choice" || type === "boolean") {
    const options =
      type === "choice"
        ? (allowed ?? []).map((value) => ({ value, label: value }))
        : [
            { value: "true", label: "Yes" },
            { value: "false", label: "No" },
          ];
    const names = options.filter(({ value }) => values.includes(value)).map((one) => one.label);
    return {
      label,
      text: namesOf(names) || "All",
      input: "checkbox",
      options: options.map((one) => ({ ...one, isChosen: values.includes(one.value) })),
      isMany: options.length > LONG_LIST,
    };
  }
  const typed = {
    input: TYPED[type],
    values: values.length > 0 ? values : [""],
    hint: description ?? "exactly this value",
    longest: 200,
  };
  return {
    label,
    text: namesOf(values) || "All",
    input: "radio",
    options: [],
    isMany: false,
    typed,
  };
}

const LONG_LIST = 8;
/** More than so many would be most of the page: a name is typed then. */
const LONGEST_LIST = 200;

// In a list that scrolls, what is chosen comes first: it would be out of sight.
const inReach = (options: Option[], chosen: Option[]): Option[] =>
  options.length > LONG_LIST
    ? [...chosen, ...options.filter((option) => !chosen.includes(option))]
    : options;

const namesOf = (names: string[]): string =>
  names.length <= 2
    ? names.join(", ")
    : `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
