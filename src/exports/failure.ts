import { explainLoss } from "../db/connect.ts";
import { TidemarkError } from "../errors.ts";
import { explain } from "../reports/snapshot.ts";

const FULL = new Set(["ENOSPC", "EDQUOT", "53100"]);

/** Nobody is there any more who would read the rest. */
export class ReaderGone extends Error {}

/** Why an export broke off, as the ledger has it: a code, which stays the same. */
export function reasonOf(error: unknown): string {
  if (error instanceof ReaderGone) return "client_gone";
  const explained = explain(error);
  if (explained instanceof TidemarkError) return explained.code;
  const { code = "" } = (error ?? {}) as { code?: string };
  if (FULL.has(code)) return "disk_full";
  return explainLoss(error)?.code ?? "internal";
}
