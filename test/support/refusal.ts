import { TidemarkError } from "../../src/errors.ts";

/** The error that a promise ends with, such as the database's; fails when it ends well. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await promise;
  } catch (error) {
    return error as Error & { code?: string };
  }
  throw new Error("Expected a refusal, but it was accepted");
}

/** The same, for an error that is explained to the user. */
export const failureOf = async (promise: Promise<unknown>): Promise<TidemarkError> =>
  explained(await rejection(promise));

/** The same, for `work` that throws at once. */
export function refusal(work: () => unknown): TidemarkError {
  try {
    work();
  } catch (error) {
    return explained(error);
  }
  throw new Error("Expected a refusal, but it was accepted");
}

function explained(error: unknown): TidemarkError {
  if (error instanceof TidemarkError) return error;
  throw new Error("Expected an error that is explained to the user", { cause: error });
}
