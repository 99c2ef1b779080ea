import { TidemarkError } from "../errors.ts";

/** A report folder that cannot be used: found when the service starts. */
export const badReport = (slug: string, message: string) =>
  new TidemarkError("bad_report", 500, `Report ${slug}: ${message}`);
