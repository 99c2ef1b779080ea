import type { Check } from "../plan/catalogue.ts";
import type { StepPlan } from "../plan/step.ts";

interface Reason {
  /** Target column at fault. */
  column: string;
  reason: string;
}

const CURRENCY = "a currency is three capital letters, such as USD";
const SHARE = "must be from 0 to 1";

/** What the tables' checks mean, for people. A check that is not here is shown as it is written. */
const KNOWN: Readonly<Record<string, string>> = {
  opportunities_closed_has_date: "a closed deal needs a close date",
  opportunities_probability_check: SHARE,
  quote_line_items_discount_rate_check: SHARE,
  conversation_signals_confidence_check: SHARE,
  companies_founded_year_check: "must be a year from 1000 to 3000",
  companies_check: "a company cannot be its own parent",
  users_check: "a person cannot be their own manager",
  exchange_rates_check: "the two currencies must differ",
  leads_converted_has_time: "a converted lead needs converted_at, and no other lead has it",
  conversation_signals_has_value: "a signal needs signal_value or signal_text",
  conversations_participants_check: "must be a JSON list",
};

/** Column that a check is blamed on, where it is about several. */
const BLAMED: Readonly<Record<string, string>> = {
  opportunities_closed_has_date: "close_date",
  leads_converted_has_time: "converted_at",
  conversation_signals_has_value: "signal_value",
};

/** Says which column a check is about, and what it wants. */
export function explainCheck(plan: StepPlan, check: Check): Reason {
  const isMapped = (name: string) => plan.outputs.some((output) => output.name === name);
  const column = BLAMED[check.name] ?? check.columns.find(isMapped) ?? check.columns[0] ?? "";
  return { column, reason: KNOWN[check.name] ?? fromSql(check.sql) };
}

function fromSql(sql: string): string {
  if (sql.includes("'^[A-Z]{3}$'")) return CURRENCY;
  if (/^\(+\w+ >= \(?0\)?(::numeric)?\)+$/.test(sql)) return "must not be negative";
  if (/^\(+\w+ > \(?0\)?(::numeric)?\)+$/.test(sql)) return "must be more than 0";
  if (/^\(+\w+ <> ''::text\)+$/.test(sql)) return "must not be blank";
  return `the table wants ${sql.replace(/::[a-z_.]+/g, "")}`;
}

interface DatabaseError {
  code?: string;
  message?: string;
  detail?: string;
  column?: string;
  constraint?: string;
  table?: string;
}

/** Whether an error is about the rows of a statement, and not about the server or the statement itself. */
export const isAboutRows = (error: unknown): error is DatabaseError =>
  /^(22|23|54|P0|21)/.test((error as DatabaseError).code ?? "");

/** Explains why the database refused a single row. */
export function explainError(plan: StepPlan, error: DatabaseError): Reason {
  const check = plan.table.checks.find((candidate) => candidate.name === error.constraint);
  if (error.code === "23514" && check) return explainCheck(plan, check);
  const [, expression = "", value = ""] = /^Key \((.*)\)=\((.*)\)/.exec(error.detail ?? "") ?? [];
  const column =
    error.column ?? plan.outputs.find((output) => expression.includes(output.name))?.name ?? "";
  if (error.code === "23505")
    return { column, reason: `${expression} ${value} is taken by another row` };
  if (error.code === "23503") return { column, reason: "points to a row that was not loaded" };
  if (error.code === "54000") return { column, reason: `too long for an index: ${error.message}` };
  const detail = error.detail && !error.detail.startsWith("Failing row") ? `: ${error.detail}` : "";
  return { column, reason: `${error.message ?? "refused"}${detail}` };
}
