/**
 * Every error that a user can meet. Each has a stable code, so that scripts and people can search for it,
 * and an HTTP status for the times it reaches a browser.
 */

export interface ErrorDetails {
  /** The request or settings parameter at fault. */
  parameter?: string;
  /** What would have been accepted. */
  allowed?: readonly string[];
  cause?: unknown;
}

/** A failure that is explained to the user in one line; anything else is a bug and shows no detail. */
export class TidemarkError extends Error {
  readonly code: string;
  readonly status: number;
  readonly parameter: string | undefined;
  readonly allowed: readonly string[] | undefined;

  constructor(code: string, status: number, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = "TidemarkError";
    this.code = code;
    this.status = status;
    this.parameter = details.parameter;
    this.allowed = details.allowed;
  }
}

/** A setting in the environment or the `.env` file that cannot be used. */
export const badSetting = (parameter: string, message: string, allowed?: readonly string[]) =>
  new TidemarkError("bad_setting", 500, `${parameter}: ${message}`, { parameter, allowed });

/** A command line that cannot be used. */
export const badUsage = (message: string, details?: ErrorDetails) =>
  new TidemarkError("bad_usage", 400, message, details);

/** A query parameter that is unknown or ill-typed. */
export const badParameter = (parameter: string, message: string, allowed?: readonly string[]) =>
  new TidemarkError("bad_parameter", 400, message, { parameter, allowed });

/** An import's mapping file that cannot be used; `where` is the path inside it, such as `steps[0].columns.amount`. */
export const badMapping = (where: string, message: string, allowed?: readonly string[]) =>
  new TidemarkError("bad_mapping", 400, `${where}: ${message}`, { parameter: where, allowed });

/** A data file that cannot be read as what it is said to be. */
export const badFile = (path: string, message: string) =>
  new TidemarkError("bad_file", 400, `${path} ${message}`, { parameter: path });

export const notFound = (message: string) => new TidemarkError("not_found", 404, message);

/** Nobody known asks, or somebody who cannot show that it is them. */
export const notSignedIn = (message: string) => new TidemarkError("not_signed_in", 401, message);

/** Whoever asks may not do this; one of the permissions would be enough. */
export const notPermitted = (permissions: readonly string[]) =>
  new TidemarkError(
    "not_permitted",
    403,
    `This needs the permission ${permissions.join(" or ")}, which none of your roles has.`,
    { allowed: permissions },
  );

/** The database cannot be reached, is too old, or lacks a privilege. */
export const databaseUnusable = (code: string, message: string, cause?: unknown) =>
  new TidemarkError(code, 503, message, { cause });
