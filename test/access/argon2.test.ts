import { expect } from "chai";
import { hashPassword, verifyPassword } from "../../src/access/argon2.ts";

/** From the tests of the reference implementation: "password" with the salt "somesalt", at a low cost. */
const REFERENCE =
  "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

describe("passwords", () => {
  it("are hashed with Argon2id at the cost that OWASP asks for, each with a salt of its own", async () => {
    const [one, other] = await Promise.all([hashPassword("secret"), hashPassword("secret")]);
    expect(one).to.match(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
    expect(one).not.to.equal(other);
    expect(await verifyPassword("secret", one)).to.deep.equal({ matches: true, isOutdated: false });
    expect((await verifyPassword("Secret", one)).matches).to.equal(false);
  });

  it("are compared with hashes that other programs made, which are known to be cheap", async () => {
    expect(await verifyPassword("password", REFERENCE)).to.deep.equal({
      matches: true,
      isOutdated: true,
    });
    expect((await verifyPassword("passwords", REFERENCE)).matches).to.equal(false);
  });

  it("are the same letters however a keyboard composes them", async () => {
    const hash = await hashPassword("Z\u00fcrich");
    expect((await verifyPassword("Zu\u0308rich", hash)).matches).to.equal(true);
  });

  it("match nothing where there is no hash", async () => {
    expect((await verifyPassword("", undefined)).matches).to.equal(false);
  });

  it("are hashed two at a time, because each takes memory, and not queued without end", async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 110 }, () => verifyPassword("x", REFERENCE)),
    );
    // Two at work, a hundred waiting.
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused).to.have.length(8);
    expect((refused[0] as PromiseRejectedResult).reason).to.include({
      code: "sign_in_busy",
      status: 503,
    });
    expect((await verifyPassword("password", REFERENCE)).matches).to.equal(true);
  });
});
