import { expect } from "chai";
import { forgetExpired } from "../../src/access/forget-expired.ts";
import { addAccount } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

describe("daily upkeep of who gets in", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  it("forgets sessions, links and counts that mean nothing any more, and no others", async () => {
    const ann = await addAccount(db.pool, "Ann");
    for (const [name, shift] of [
      ["old", "- interval '1 second'"],
      ["new", "+ interval '1 minute'"],
    ]) {
      await db.pool.query(
        `INSERT INTO ops.sessions (sid, sess, expire)
         VALUES ($1, jsonb_build_object('userId', $2::text), now() ${shift})`,
        [name, ann],
      );
      await db.pool.query(
        `INSERT INTO ops.password_links (token_hash, user_id, expires_at)
         VALUES (sha256($1::bytea), $2, now() ${shift})`,
        [name, ann],
      );
      await db.pool.query(
        `INSERT INTO ops.attempts VALUES ($1, 3, extract(epoch FROM now() ${shift}) * 1000)`,
        [name],
      );
    }
    expect(await forgetExpired(db.pool)).to.equal(3);
    expect(await forgetExpired(db.pool)).to.equal(0);
    const { rows } = await db.pool.query(
      `SELECT (SELECT string_agg(sid, '') FROM ops.sessions) AS sessions,
         (SELECT string_agg(key, '') FROM ops.attempts) AS attempts,
         (SELECT count(*)::int FROM ops.password_links WHERE token_hash = sha256('new')) AS links`,
    );
    expect(rows).to.deep.equal([{ sessions: "new", attempts: "new", links: 1 }]);
  });
});
