import { TidemarkError } from "../../src/errors.ts";

/** The error that a promise rejects with, which must be one for users. */
export async function failureOf(promise: Promise<unknown>): Promise<TidemarkError> {
  const outcome = await promise.then(
    () => "no error",
    (error: unknown) => error,
  );
  if (outcome instanceof TidemarkError) return outcome;
  throw new Error("expected an error that is explained to the user", { cause: outcome });
}
