import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { TidemarkError } from "../errors.ts";

/** What a hash costs: memory in KiB, passes, lanes. The least that OWASP recommends for Argon2id. */
const COST = { m: 19_456, t: 2, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Each takes 19 MiB and a thread: this many at a time, and no endless queue. */
const AT_ONCE = 2;
const MOST_WAITING = 100;

interface Phc {
  cost: typeof COST;
  salt: Buffer;
  hash: Buffer;
}

const compute = promisify(argon2);
const waiting: (() => void)[] = [];
let running = 0;

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= MOST_WAITING)
    throw new TidemarkError(
      "sign_in_busy",
      503,
      "Too many people sign in at this moment. Try again.",
    );
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

const derive = (password: string, salt: Buffer, { m, t, p }: typeof COST, length: number) =>
  inTurn(() =>
    compute("argon2id", {
      // The same letters, however a keyboard composes them.
      message: password.normalize("NFKC"),
      nonce: salt,
      memory: m,
      passes: t,
      parallelism: p,
      tagLength: length,
    }),
  );

const text = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");

/** Hashes a password with a salt of its own. @returns a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST, HASH_BYTES);
  const { m, t, p } = COST;
  return `$argon2id$v=19$m=${m},t=${t},p=${p}$${text(salt)}$${text(hash)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parse(phc: string): Phc {
  const [, m, t, p, salt = "", hash = ""] = PHC.exec(phc) ?? [];
  if (m === undefined) throw new Error("This is no Argon2id hash in PHC format");
  return {
    cost: { m: Number(m), t: Number(t), p: Number(p) },
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64"),
  };
}

/** What nobody's password hashes to, at the present cost. */
const nobodys: Phc = {
  cost: COST,
  salt: randomBytes(SALT_BYTES),
  hash: randomBytes(HASH_BYTES),
};

/**
 * Compares a password with its hash, in the same time whether they match, differ, or there is no hash.
 * @returns whether they match, and whether the hash is cheaper than what would be made today
 */
export async function verifyPassword(
  password: string,
  phc: string | undefined,
): Promise<{ matches: boolean; isOutdated: boolean }> {
  const { cost, salt, hash } = phc === undefined ? nobodys : parse(phc);
  const computed = await derive(password, salt, cost, hash.length);
  const isOutdated = cost.m < COST.m || cost.t < COST.t || cost.p < COST.p;
  return { matches: phc !== undefined && timingSafeEqual(computed, hash), isOutdated };
}
