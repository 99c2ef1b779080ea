import { TidemarkError } from "../../src/errors.ts";

/** The error for users that `work` throws; fails when it throws none. */
export function refusal(work: () => unknown): TidemarkError {
  try {
    work();
  } catch (error) {
    if (error instanceof TidemarkError) return error;
    throw error;
  }
  throw new Error("Expected a refusal, but it was accepted");
}
