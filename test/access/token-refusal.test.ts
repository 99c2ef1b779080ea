import { expect } from "chai";
import type { Actor } from "../../src/access/audit.ts";
import { createToken } from "../../src/access/token.ts";
import { createRefusals } from "../../src/access/token-refusal.ts";
import { events } from "../support/audit-trail.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addPerson } from "../support/people.ts";
import { startWeb } from "../support/web.ts";

describe("a token that is not valid", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  const from = (address: string): Actor => ({
    userId: null,
    name: "nobody known",
    means: "none",
    address,
  });
  const notedFrom = async (address: string) =>
    (await events(db.pool, "token_refused")).filter((event) => event.address === address);
  /** As time does. */
  const aMinuteLater = () =>
    db.pool.query(
      "UPDATE ops.attempts SET expire = expire - 60000 WHERE key LIKE 'token_refused%'",
    );

  it("is noted once a minute and address, whichever process is asked, however many ask at once", async () => {
    const processes = [createRefusals(db.pool), createRefusals(db.pool)];
    const ask = (address: string) =>
      Promise.all(
        Array.from({ length: 20 }, (_, i) => processes[i % 2]!(`tidemark_${i}`, from(address))),
      );
    await ask("192.0.2.1");
    await ask("192.0.2.1");
    await ask("192.0.2.2");
    expect(await notedFrom("192.0.2.1")).to.have.length(1);
    expect(await notedFrom("192.0.2.2")).to.have.length(1);
    await aMinuteLater();
    await ask("192.0.2.1");
    expect(await notedFrom("192.0.2.1")).to.have.length(2);
  });

  it("is noted with what is the matter with it, and never itself", async () => {
    const note = createRefusals(db.pool);
    const owner = await addPerson(db.pool, "Gone", { is_active: false });
    const ends = {
      revoked: "revoked_at = now()",
      expired: "expires_at = now()",
      "owner inactive": `user_id = '${owner}'`,
    };
    for (const [reason, change] of Object.entries(ends)) {
      const { id, token } = await createToken(db.pool, {
        name: `was ${reason}`,
        userId: null,
        scopes: ["reports"],
        expiresAt: null,
        createdBy: null,
      });
      await db.pool.query(`UPDATE ops.api_tokens SET ${change} WHERE id = $1`, [id]);
      await note(token, from(reason));
      expect(await notedFrom(reason)).to.deep.equal([
        {
          actor_user_id: null,
          actor_name: "nobody known",
          means: "none",
          address: reason,
          subject: `was ${reason}`,
          details: { reason, token_id: id },
        },
      ]);
    }
    await note("tidemark_sesame", from("unknown"));
    const [event] = await notedFrom("unknown");
    expect(event).to.deep.include({ subject: null, details: { reason: "unknown" } });
    expect(JSON.stringify(await events(db.pool, "token_refused"))).not.to.include("sesame");
  });

  it("is noted when it comes with a request, which is refused all the same", async () => {
    const web = await startWeb(db.pool);
    try {
      for (let i = 0; i < 3; i += 1) {
        const headers = { Authorization: "Bearer tidemark_no", Accept: "*/*" };
        expect((await web.get("/reports", { headers })).status).to.equal(401);
      }
      expect(await notedFrom("127.0.0.1")).to.have.length(1);
    } finally {
      await web.close();
    }
  });
});
