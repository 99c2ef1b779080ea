import { expect } from "chai";
import { MOST_PER_ACCOUNT, MOST_PER_ADDRESS } from "../../src/access/attempts.ts";
import { createSignIn } from "../../src/access/sign-in.ts";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addPerson } from "../support/people.ts";

describe("guessing passwords", function () {
  this.timeout(60_000);
  let db: TestDatabase;
  let ann: string;

  before(async () => {
    db = await createTestDatabase();
    ann = await addAccount(db.pool, "Ann");
    await addPerson(db.pool, "Bob");
  });
  after(() => db.drop());
  beforeEach(() => db.pool.query("DELETE FROM ops.attempts"));

  let subnet = 0;
  const from = () => `2001:db8:0:${(++subnet).toString(16)}::1`;
  const attempt = async (email: string, password: string, address = from()) =>
    (await createSignIn(db.pool)({ email, password, address })).kind;
  const inTurn = async <T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> =>
    count === 0 ? [] : [...(await inTurn(count - 1, work)), await work(count)];

  it("locks the account, for the right password too, whatever address it comes from", async () => {
    await inTurn(MOST_PER_ACCOUNT - 1, () => attempt(emailOf("Ann"), "wrong"));
    expect(await attempt(emailOf("Ann"), PASSWORD)).to.equal("signed_in");
    await inTurn(MOST_PER_ACCOUNT, () => attempt(emailOf("ANN"), "wrong"));
    expect(await attempt(emailOf("Ann"), PASSWORD)).to.equal("refused");
    await db.pool.query("UPDATE ops.attempts SET expire = 0");
    expect(await attempt(emailOf("Ann"), PASSWORD)).to.equal("signed_in");
  });

  it("gets no more guesses by asking all at once", async () => {
    const guesses = Array.from({ length: 30 }, () => attempt(emailOf("Ann"), "wrong"));
    await Promise.all(guesses);
    const { rows } = await db.pool.query(
      "SELECT points FROM ops.attempts WHERE key LIKE 'sign-in account:%'",
    );
    expect(rows).to.deep.equal([{ points: 30 }]);
    expect(await attempt(emailOf("Ann"), PASSWORD)).to.equal("refused");
  });

  it("stops an address that tries many accounts, and none that signs many people in", async () => {
    const address = from();
    await inTurn(5, () => attempt(emailOf("Ann"), PASSWORD, address));
    const { rows } = await db.pool.query(
      "SELECT points FROM ops.attempts WHERE key LIKE 'sign-in address:%'",
    );
    expect(rows).to.deep.equal([{ points: 0 }]);
    await db.pool.query("UPDATE ops.attempts SET points = $1 WHERE key LIKE 'sign-in address:%'", [
      MOST_PER_ADDRESS - 1,
    ]);
    expect(await attempt("a@example.com", "wrong", address)).to.equal("refused");
    expect(await attempt("b@example.com", "wrong", address)).to.equal("too_many");
    expect(await attempt(emailOf("Ann"), PASSWORD, address)).to.equal("too_many");
    expect(await attempt(emailOf("Ann"), PASSWORD)).to.equal("signed_in");
  });

  it("leaves the same traces and does the same work whether the account exists, has a password or is locked", async () => {
    // Of the processor, by turns, and the least of each: what else the machine does must not count. A password that is
    // not hashed takes a twentieth of it.
    const least: Record<string, number> = {};
    await inTurn(15, async () => {
      await inTurn(3, async (n) => {
        const name = ["Ann", "Bob", "Nobody"][n - 1] as string;
        const before = process.cpuUsage();
        expect(await attempt(emailOf(name), "wrong password")).to.equal("refused");
        const { user, system } = process.cpuUsage(before);
        const took = user + system;
        least[name] = Math.min(least[name] ?? took, took);
        const { rows } = await db.pool.query(
          "SELECT kind, actor_user_id, actor_name, means, subject, details FROM ops.audit_events ORDER BY id DESC LIMIT 1",
        );
        expect(rows[0]).to.deep.equal({
          kind: "sign_in_failed",
          actor_user_id: null,
          actor_name: "nobody known",
          means: "none",
          subject: emailOf(name),
          details: {},
        });
      });
    });
    const times = Object.values(least);
    expect(Math.max(...times) / Math.min(...times), JSON.stringify(least)).to.be.lessThan(3);
    const { rows } = await db.pool.query(
      "SELECT DISTINCT points FROM ops.attempts WHERE key LIKE 'sign-in account:%'",
    );
    expect(rows).to.deep.equal([{ points: 15 }]);
  });

  it("writes down no password that was typed into the wrong field", async () => {
    await attempt(PASSWORD, "");
    const { rows } = await db.pool.query("SELECT * FROM ops.audit_events ORDER BY id DESC LIMIT 1");
    expect(JSON.stringify(rows)).not.to.include(PASSWORD);
  });

  it("hashes a password anew when its hash is cheaper than today's", async () => {
    const cheap =
      "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    await db.pool.query(
      "UPDATE ops.credentials SET password_hash = $2, changed_at = '2020-01-01' WHERE user_id = $1",
      [ann, cheap],
    );
    const stored = async () => (await db.pool.query("SELECT * FROM ops.credentials")).rows[0];
    await attempt(emailOf("Ann"), "wrong");
    expect((await stored()).password_hash).to.equal(cheap);
    expect(await attempt(emailOf("Ann"), "password")).to.equal("signed_in");
    expect((await stored()).password_hash).to.include("m=19456,t=2,p=1");
    expect((await stored()).changed_at).to.match(/^2020/);
    expect(await attempt(emailOf("Ann"), "password")).to.equal("signed_in");
  });
});
