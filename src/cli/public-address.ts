import type { Config } from "../config.ts";
import { badUsage } from "../errors.ts";

/** Where people reach the service. @throws TidemarkError `bad_usage` when only the running service knows */
export function publicAddress({
  publicUrl,
  host,
  port,
}: Pick<Config, "publicUrl" | "host" | "port">): URL | string {
  if (publicUrl) return publicUrl;
  if (port === 0)
    throw badUsage("PORT=0 does not say where the service is: set PORT or TIDEMARK_PUBLIC_URL");
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}
