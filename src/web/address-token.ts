import type { Request } from "express";

export interface AddressToken {
  token: string;
  /** The report whose download is asked for; undefined: something else is, which no such token opens. */
  report: string | undefined;
}

/**
 * Takes `?token=…` out of the address of a report, so that it gets into no log, no audit event and no report's parameters.
 * @returns undefined where there is none
 */
export function takeAddressToken(request: Request): AddressToken | undefined {
  const address = new URL(request.originalUrl, "http://localhost");
  const token = address.searchParams.get("token");
  // Other pages have tokens of their own in their addresses, such as the link to set a password.
  if (token === null || !address.pathname.startsWith("/reports/")) return undefined;
  address.searchParams.delete("token");
  request.url = address.pathname + address.search;
  request.originalUrl = request.url;
  const [, report] = /^\/reports\/([a-z0-9-]+)\.[a-z]+$/.exec(address.pathname) ?? [];
  return { token, report };
}
