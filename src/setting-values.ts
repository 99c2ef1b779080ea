import { createSecretKey } from "node:crypto";
import { isIP } from "node:net";
import { z } from "zod";

/** An IANA name. */
export const timeZone = z.string().refine(isTimeZone, {
  message: "is not a time zone that this machine knows; use an IANA name such as Europe/Berlin",
});

// Asking for a formatter instead of looking in the list, which has Asia/Calcutta but not Asia/Kolkata.
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return /^[A-Z]/.test(name);
  } catch {
    return false;
  }
}

/** Whatever prints the settings shows nothing of it. */
export const secretKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, "is 32 bytes at random in base64: openssl rand -base64 32")
  .transform((text) => createSecretKey(text, "base64"));

const ENTRA = "login.microsoftonline.com";
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
/** Here everybody's organization signs in, and each says of its own people which addresses they have. */
const EVERYBODYS = /^\/(common|organizations|consumers)\//;

/** Where people sign in with a company account. */
export const issuer = z
  .url({ protocol: /^https?$/ })
  .transform((text) => new URL(text))
  .refine(
    ({ protocol, hostname }) => protocol === "https:" || LOOPBACK.includes(hostname),
    "is https",
  )
  .refine(({ pathname, search }) => !pathname.includes("/.well-known/") && search === "", {
    message: "is the issuer alone, without /.well-known/openid-configuration",
  })
  .refine(({ hostname, pathname }) => hostname !== ENTRA || !EVERYBODYS.test(pathname), {
    message: "names one tenant, not common, organizations or consumers",
  });

/** Addresses and networks, with commas or spaces between them. */
export const addressList = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .refine((list) => list.every(isNetwork), {
    message: "is a list of addresses or networks such as 10.0.0.0/8, 192.0.2.7",
  });

/** Origins as browsers send them, with commas or spaces between them. */
export const originList = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .refine((list) => list.every(isOrigin), {
    message: "is a list of origins such as https://dash.example.com, without a path or a *",
  });

const isOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const most = [0, 0, 0, 0, 32, 0, 128][isIP(address)] ?? 0;
  const isPrefix = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  return most > 0 && isPrefix && rest.length === 0;
}
