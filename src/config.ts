import type { KeyObject } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { badSetting } from "./errors.ts";
import { addressList, issuer, originList, secretKey, timeZone } from "./setting-values.ts";

/** One entry per setting: where it comes from, what it may be, and what it does (shown in the README). */
export const settings = {
  DATABASE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    about: "PostgreSQL 15 or later to use instead of the embedded server",
    fallback: "the embedded server",
  },
  HOST: {
    schema: z.string().min(1).default("127.0.0.1"),
    about: "Address to listen on",
    fallback: "127.0.0.1",
  },
  PORT: {
    schema: z.coerce.number().int().min(0).max(65535).default(3000),
    about: "Port to listen on; 0 takes a free one",
    fallback: "3000",
  },
  TIDEMARK_PUBLIC_URL: {
    schema: z
      .url({ protocol: /^https?$/ })
      .transform((text) => new URL(text))
      .refine(({ pathname, search }) => pathname === "/" && search === "", "has no path")
      .optional(),
    about: "Address that people use, such as https://reports.example.com; https means TLS in front",
    fallback: "plain HTTP, whatever the host is called",
  },
  TIDEMARK_TRUST_PROXY: {
    schema: addressList.default([]),
    about: "Addresses of proxies whose X-Forwarded-* headers count, such as 10.0.0.0/8, 192.0.2.7",
    fallback: "none: these headers mean nothing",
  },
  TIDEMARK_SMTP_URL: {
    schema: z.url({ protocol: /^smtps?$/ }).optional(),
    about:
      "Mail server, such as smtps://user:password@mail.example.com; needs the next and an address that people use",
    fallback: "none: no mails are sent",
  },
  TIDEMARK_MAIL_FROM: {
    schema: z.string().regex(/@/, "is an e-mail address").optional(),
    about: "Sender of mails, such as Tidemark <tidemark@example.com>",
    fallback: "none",
  },
  TIDEMARK_DATA_DIR: {
    schema: z.string().min(1).default(".tidemark"),
    about: "Where the embedded server keeps its data",
    fallback: ".tidemark",
  },
  TIDEMARK_TIME_ZONE: {
    schema: timeZone.default("UTC"),
    about: "Business time zone: where days, weeks and months begin",
    fallback: "UTC",
  },
  TIDEMARK_FISCAL_YEAR_START: {
    schema: z.coerce.number().int().min(1).max(12).default(1),
    about: "Month in which the fiscal year begins, 1 to 12",
    fallback: "1",
  },
  TIDEMARK_CURRENCY: {
    schema: z
      .string()
      .regex(/^[A-Z]{3}$/, "is three capital letters such as USD")
      .default("USD"),
    about: "Currency that reports open with",
    fallback: "USD",
  },
  TIDEMARK_ADDRESS_TOKENS: {
    schema: z.enum(["on", "off"]).default("off"),
    about:
      "on: downloads take tokens made for their address, as ?token=…, for programs that send no headers",
    fallback: "off",
  },
  TIDEMARK_TOKEN_REQUESTS: {
    schema: z.coerce.number().int().min(0).default(600),
    about: "How often a minute an API token may ask; 0 for any number",
    fallback: "600",
  },
  TIDEMARK_CORS_ORIGINS: {
    schema: originList.default([]),
    about:
      "Origins whose scripts may read downloads with a token, such as https://dash.example.com",
    fallback: "none",
  },
  TIDEMARK_SHARE_LINKS: {
    schema: z.enum(["people", "anyone", "off"]).default("people"),
    about:
      "Who may open links by which people share a report: people of this installation who sign in, anyone with the link, or off",
    fallback: "people",
  },
  TIDEMARK_SHARE_LINK_DAYS: {
    schema: z.coerce.number().int().min(1).max(365).default(30),
    about: "How many days such a link opens at most, 1 to 365",
    fallback: "30",
  },
  TIDEMARK_EXPORTS: {
    schema: z.coerce.number().int().min(1).max(100).default(4),
    about:
      "How many downloads of reports run at once, each with a database connection; others wait",
    fallback: "4",
  },
  TIDEMARK_METRICS_TOKEN: {
    schema: z.string().min(16, "is at least 16 characters, at random").optional(),
    about: "Bearer token for /metrics, which works while the database is away",
    fallback: "none: an API token with the scope status",
  },
  TIDEMARK_OIDC_ISSUER: {
    schema: issuer.optional(),
    about: "Company accounts: the OpenID Connect provider, such as https://login.example.com",
    fallback: "none: passwords only",
  },
  TIDEMARK_OIDC_CLIENT_ID: {
    schema: z.string().min(1).optional(),
    about: "Company accounts: what the provider calls this service",
    fallback: "none",
  },
  TIDEMARK_OIDC_CLIENT_SECRET: {
    schema: z.string().min(1).optional(),
    about: "Company accounts: the secret that goes with it",
    fallback: "none: a public client",
  },
  TIDEMARK_OIDC_REQUIRED: {
    schema: z.enum(["true", "false"]).default("false"),
    about: "Company accounts: true when there is no other way to sign in",
    fallback: "false",
  },
  TIDEMARK_FIELD_KEY: {
    schema: secretKey.optional(),
    about: "Key of contacts' sensitive fields: 32 bytes in base64",
    fallback: "none: these fields stay closed",
  },
  TIDEMARK_FIELD_KEY_OLD: {
    schema: secretKey.optional(),
    about: "That key from before, while it is being rotated",
    fallback: "none",
  },
  TIDEMARK_CHROMIUM: {
    schema: z.string().min(1).optional(),
    about: "Chromium or Chrome that makes PDFs of pages, such as /usr/bin/chromium",
    fallback: "where it usually is; without one there are no PDFs",
  },
  TIDEMARK_LOG_LEVEL: {
    schema: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
    about: "How much the service logs",
    fallback: "info",
  },
} as const;

/** How people sign in with accounts of their company. */
export interface CompanySettings {
  issuer: URL;
  clientId: string;
  /** Undefined: a public client. */
  clientSecret: string | undefined;
  /** Where the provider sends people back to. */
  redirectUrl: URL;
  /** Whether passwords are switched off. */
  isOnlyWay: boolean;
}

/** Links by which people share a report. */
export interface ShareSettings {
  openTo: "people" | "anyone" | "off";
  mostDays: number;
}

export interface Config {
  /** Undefined: use the embedded server. */
  databaseUrl: string | undefined;
  host: string;
  port: number;
  /** Where people reach the service; undefined: over plain HTTP, by whatever name. */
  publicUrl: URL | undefined;
  /** Addresses and networks whose X-Forwarded-* headers count. */
  trustProxy: string[];
  /** Undefined: no mails are sent. */
  mail: { smtpUrl: string; from: string; publicUrl: URL } | undefined;
  /** Absolute path. */
  dataDir: string;
  timeZone: string;
  fiscalYearStart: number;
  currency: string;
  metricsToken: string | undefined;
  addressTokens: boolean;
  /** A token's in a minute; 0: any number. */
  tokenRequests: number;
  corsOrigins: string[];
  shareLinks: ShareSettings;
  /** Downloads of reports that run at once. */
  exportsAtOnce: number;
  /** Undefined: people sign in with passwords only. */
  company: CompanySettings | undefined;
  fieldKey: KeyObject | undefined;
  oldFieldKey: KeyObject | undefined;
  /** Undefined: looked for where it usually is. */
  chromium: string | undefined;
  logLevel: string;
}

/**
 * Reads the settings from the environment; values in an `.env` file in the working directory fill what is unset.
 * @throws TidemarkError `bad_setting`, naming the setting and what it may be
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  if (env === process.env && existsSync(".env")) process.loadEnvFile(".env");
  const read = <K extends keyof typeof settings>(
    key: K,
  ): z.output<(typeof settings)[K]["schema"]> => {
    const raw = env[key] === "" ? undefined : env[key];
    const result = settings[key].schema.safeParse(raw);
    if (result.success) return result.data as z.output<(typeof settings)[K]["schema"]>;
    throw badSetting(key, `${result.error.issues[0]?.message} (${settings[key].about})`);
  };
  const publicUrl = read("TIDEMARK_PUBLIC_URL");
  return {
    databaseUrl: read("DATABASE_URL"),
    host: read("HOST"),
    port: read("PORT"),
    publicUrl,
    trustProxy: read("TIDEMARK_TRUST_PROXY"),
    mail: mailOf(read("TIDEMARK_SMTP_URL"), read("TIDEMARK_MAIL_FROM"), publicUrl),
    dataDir: resolve(read("TIDEMARK_DATA_DIR")),
    timeZone: read("TIDEMARK_TIME_ZONE"),
    fiscalYearStart: read("TIDEMARK_FISCAL_YEAR_START"),
    currency: read("TIDEMARK_CURRENCY"),
    metricsToken: read("TIDEMARK_METRICS_TOKEN"),
    addressTokens: read("TIDEMARK_ADDRESS_TOKENS") === "on",
    tokenRequests: read("TIDEMARK_TOKEN_REQUESTS"),
    corsOrigins: read("TIDEMARK_CORS_ORIGINS"),
    shareLinks: {
      openTo: read("TIDEMARK_SHARE_LINKS"),
      mostDays: read("TIDEMARK_SHARE_LINK_DAYS"),
    },
    exportsAtOnce: read("TIDEMARK_EXPORTS"),
    company: companyFrom({
      issuer: read("TIDEMARK_OIDC_ISSUER"),
      clientId: read("TIDEMARK_OIDC_CLIENT_ID"),
      clientSecret: read("TIDEMARK_OIDC_CLIENT_SECRET"),
      isOnlyWay: read("TIDEMARK_OIDC_REQUIRED") === "true",
      publicUrl,
    }),
    fieldKey: read("TIDEMARK_FIELD_KEY"),
    oldFieldKey: read("TIDEMARK_FIELD_KEY_OLD"),
    chromium: read("TIDEMARK_CHROMIUM"),
    logLevel: read("TIDEMARK_LOG_LEVEL"),
  };
}

/** These settings make sense only together. */
function companyFrom({
  issuer,
  publicUrl,
  ...rest
}: {
  issuer: URL | undefined;
  clientId: string | undefined;
  clientSecret: string | undefined;
  isOnlyWay: boolean;
  publicUrl: URL | undefined;
}): CompanySettings | undefined {
  const { clientId, clientSecret, isOnlyWay } = rest;
  if (!issuer) {
    if (clientId !== undefined || clientSecret !== undefined || isOnlyWay)
      throw badSetting(
        "TIDEMARK_OIDC_ISSUER",
        "is missing beside the other TIDEMARK_OIDC settings",
      );
    return undefined;
  }
  if (clientId === undefined)
    throw badSetting("TIDEMARK_OIDC_CLIENT_ID", "is needed with TIDEMARK_OIDC_ISSUER");
  if (!publicUrl)
    throw badSetting(
      "TIDEMARK_PUBLIC_URL",
      "is needed with TIDEMARK_OIDC_ISSUER: the provider sends people back to it",
    );
  const redirectUrl = new URL("/sign-in/company/callback", publicUrl);
  return { issuer, clientId, clientSecret, redirectUrl, isOnlyWay };
}

/** Links in mails must not depend on what a request calls the host: the address is a setting, too. */
function mailOf(smtpUrl?: string, from?: string, publicUrl?: URL): Config["mail"] {
  if (smtpUrl === undefined) return undefined;
  if (from === undefined)
    throw badSetting("TIDEMARK_MAIL_FROM", "is needed where TIDEMARK_SMTP_URL is set");
  if (publicUrl === undefined)
    throw badSetting(
      "TIDEMARK_PUBLIC_URL",
      "is needed where TIDEMARK_SMTP_URL is set: mails carry links",
    );
  return { smtpUrl, from, publicUrl };
}
