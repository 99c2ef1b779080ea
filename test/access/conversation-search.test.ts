import { expect } from "chai";
import type pg from "pg";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { addBiLogin, dropLogins, type TestLogin } from "../support/bi-login.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addPerson } from "../support/people.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const CALLS = 20_000;
const REPS = 100;

/** A rep among others, all with the same secrets in their calls, of which one call in a thousand has the rare ones. */
const WORLD = `
  INSERT INTO crm.users (id, email) SELECT md5('rep ' || n)::uuid, n || '@example.com' FROM generate_series(1, ${REPS}) AS n;
  INSERT INTO crm.user_roles
  SELECT users.id, roles.id FROM crm.users, crm.roles
  WHERE role_name = CASE email WHEN '1@example.com' THEN 'Administrator' ELSE 'Sales Representative' END;
  INSERT INTO crm.custom_field_definitions (entity, key, label, data_type) VALUES ('conversations', 'kind', 'Kind', 'text');
  INSERT INTO crm.conversations (call_id, rep_user_id, started_at, duration_seconds, transcript, participants, raw_response)
  SELECT
    'call ' || n, md5('rep ' || 1 + n % ${REPS})::uuid, '2026-01-01Z'::timestamptz + n * interval '20 minutes', 60,
    'We talked about ordinary things. ' || CASE WHEN n % 1000 < 2 THEN 'A zeppelin came up.' ELSE repeat('Nothing of note. ', 5) END,
    jsonb_build_array(jsonb_build_object('email', CASE WHEN n % 1000 < 2 THEN 'rare' ELSE n::text END || '@example.com')),
    jsonb_build_object('engine', CASE WHEN n % 1000 < 2 THEN 'rare' ELSE 'usual' END)
  FROM generate_series(1, ${CALLS}) AS n;
  UPDATE crm.conversations SET custom_fields = '{"kind":"rare"}' WHERE raw_response @> '{"engine":"rare"}';
  INSERT INTO crm.conversation_signals (call_id, signal_name, signal_value)
  SELECT call_id, 'call_score', CASE WHEN raw_response @> '{"engine":"rare"}' THEN 9 ELSE 5 END FROM crm.conversations;
  VACUUM ANALYZE crm.conversations, crm.conversation_signals`;

const RARE = {
  words: "words => 'zeppelin'",
  participant: "participant => 'rare@example.com'",
  response: `response => '{"engine":"rare"}'`,
  score: `score => '{"signal":"call_score","operator":">=","value":9}'`,
  fields: `fields => '{"conversations":[[{"kind":"rare"}]]}'`,
};
const INDEXES = {
  words: "conversations_transcript_tsv_idx",
  participant: "conversations_participants_idx",
  response: "conversations_raw_response_idx",
  fields: "conversations_custom_fields_idx",
};

describe("searching calls", () => {
  let db: TestDatabase;
  let login: TestLogin;
  let web: WebServer;
  const rep = "md5('rep 2')::uuid";
  let repId: string;

  before(async () => {
    db = await createTestDatabase();
    for (const sql of WORLD.split(";")) await db.pool.query(sql);
    await refreshMarts(db.pool);
    repId = (await db.pool.query(`SELECT ${rep}::text AS id`)).rows[0].id;
    login = await addBiLogin(db, repId);
    web = await startWeb(db.pool, { userId: repId, now: () => new Date("2026-11-21T12:00:00Z") });
  });
  after(async () => {
    await web.close();
    await db.drop();
    await dropLogins([login.name]);
  });

  const ask = async (viewer: string, sql: string) =>
    asReader(db.pool, viewer, async (client) => (await client.query(sql)).rows);
  const count = async (viewer: string, asked: string) =>
    (await ask(viewer, `SELECT count(*)::int AS n FROM reporting.conversations_found(${asked})`))[0]
      .n;

  it("finds one's own calls and nobody else's, by each condition", async () => {
    for (const [what, asked] of Object.entries(RARE)) {
      // Of each thousand calls, numbers 0 and 1 are rare: rep 1 has the former, rep 2 the latter.
      expect(await count(EVERYTHING, asked), what).to.equal(40);
      expect(await count(repId, asked), what).to.equal(20);
      const rows = await ask(
        repId,
        `SELECT DISTINCT rep_user_id::text AS id FROM reporting.conversations_found(${asked})`,
      );
      expect(rows, what).to.deep.equal([{ id: repId }]);
      const someone = "reps => ARRAY[md5('rep 1')::uuid]";
      expect(await count(repId, `${asked}, ${someone}`), what).to.equal(0);
      expect(await count("", asked), what).to.equal(0);
    }
    expect(await count(repId, "call => 'call 1000'")).to.equal(0);
    expect(await count(repId, "call => 'call 1001'")).to.equal(1);
    expect(await count(repId, "newest => 7")).to.equal(7);
  });

  it("finds nothing for whoever may open no report about calls", async () => {
    const nobody = await addPerson(db.pool, "Nobody");
    expect(await count(nobody, RARE.words)).to.equal(0);
    await db.pool.query(
      "INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name = 'Finance'",
      [nobody],
    );
    expect(await count(nobody, RARE.words)).to.equal(0);
    expect(await ask(nobody, "SELECT reporting.main_signal() AS signal")).to.deep.equal([
      { signal: null },
    ]);
  });

  it("gives no scores and no words of others' calls", async () => {
    const scores = await ask(
      repId,
      "SELECT * FROM reporting.call_scores('{call 1000,call 1001,no call}', 'call_score')",
    );
    expect(scores).to.deep.equal([{ call_id: "call 1001", score: "9" }]);
    const excerpt = (call: string) =>
      ask(repId, `SELECT reporting.conversation_excerpt('${call}', 'zeppelin') AS excerpt`);
    expect((await excerpt("call 1001"))[0].excerpt).to.include("«zeppelin»");
    expect(await excerpt("call 1000")).to.deep.equal([{ excerpt: null }]);
  });

  it("is the same for a BI tool, whatever it says that it is", async () => {
    const session = await login.connect();
    try {
      await session.query("SET tidemark.viewer = '*'");
      const { rows } = await session.query(
        `SELECT count(*)::int AS n FROM reporting.conversations_found(${RARE.words})`,
      );
      expect(rows).to.deep.equal([{ n: 20 }]);
      for (const sql of [
        `SELECT crm.keys_with('crm.conversations', 'call_id', 'rep_user_id', 'report:conversations', '{}')`,
        "SELECT FROM crm.conversations",
        "SELECT FROM mart.conversations_all",
      ]) {
        const refused = await session.query(sql).then(
          () => undefined,
          ({ code }) => code,
        );
        expect(refused, sql).to.equal("42501");
      }
    } finally {
      await session.end();
    }
  });

  /** Index scans and rows read one after the other, so far. */
  const usage = async (index: string) =>
    (
      await db.pool.query(
        `SELECT idx_scan::int AS scans, (SELECT seq_tup_read::int FROM pg_stat_user_tables WHERE relname = 'conversations') AS rows
         FROM pg_stat_user_indexes WHERE indexrelname = $1`,
        [index],
      )
    ).rows[0];

  for (const [what, index] of Object.entries(INDEXES))
    for (const who of ["everybody", "a rep"])
      it(`asks the index for ${what}, for ${who}`, async () => {
        const before = await usage(index);
        const viewer = who === "a rep" ? repId : EVERYTHING;
        await asReader(db.pool, viewer, async (client: pg.PoolClient) => {
          // A rep's two hundred calls might as well be looked at one by one.
          if (who === "a rep")
            await client.query("SET LOCAL enable_indexscan = off; SET LOCAL enable_seqscan = off");
          const asked = RARE[what as keyof typeof RARE];
          await client.query(`SELECT count(*) FROM reporting.conversations_found(${asked})`);
        });
        await Promise.all(
          Array.from({ length: 9 }, () => db.pool.query("SELECT pg_stat_force_next_flush()")),
        );
        const after = await usage(index);
        expect(after.scans).to.be.above(before.scans);
        expect(after.rows).to.equal(before.rows);
      });

  it("refuses in plain words what cannot be searched", async () => {
    for (const [query, message] of [
      ["q=the+of+and", /no word to search for/],
      ["q=%22%22+%27+%5C", /no word to search for/],
      ["q=-zeppelin", /names only what is not to be there/],
      [`q=${"a".repeat(10_000)}`, /at most 200 characters/],
      ["q=a%00b", /no zero bytes/],
      ["q=one&q=two", /takes one value/],
      ["response=%5B1%5D", /not a JSON object/],
      ["response=null", /not a JSON object/],
      ["response=%7Ba:1%7D", /not a JSON object/],
      ["response=%7B%7D", /no value to look for/],
      ["response=%7B%22a%22:%7B%7D%7D", /no value to look for/],
      ["response=%7B%22a%22:1e999%7D", /too large/],
      ["response=%7B%22a%22:%22%5Cu0000%22%7D", /zero bytes/],
      ["response=%7B%22a%22:%22%5Cud800%22%7D", /halves of characters/],
      ["score=call_score%3E%3Dhigh", /is not a signal, alone or with/],
      ["score=call_scor%3E%3D7", /is not a signal, alone or with/],
      ["score=call_score%3C%3E7", /is not a signal, alone or with/],
      ["score=call_score%3E1e999", /is not a signal, alone or with/],
      ["deal=x", /is not the id of a deal/],
      ["deals=open", /there is no "open"/],
      ["quartile=5", /there is no "5"/],
    ] as const) {
      const response = await web.get(`/reports/conversations.json?${query}`);
      expect(response.status, query).to.equal(400);
      const { error } = (await response.json()) as { error: Record<string, unknown> };
      expect(error.code, query).to.equal("bad_parameter");
      expect(error.parameter, query).to.equal(query.split("=")[0]);
      expect(error.message, query).to.match(message);
    }
  });

  it("takes whatever else is typed", async () => {
    const words = [
      "it's",
      "\\",
      "a\\'b",
      '"un closed',
      "zeppelin:*",
      "a & b | !c",
      "%_",
      "😀 zeppelin",
    ];
    for (const word of [...words, "' OR true --", `\${x}`, "زبلين", "x ".repeat(99)]) {
      for (const name of ["q", "participant", "call"]) {
        const query = new URLSearchParams({ period: "all", [name]: word });
        const response = await web.get(`/reports/conversations.json?${query}`);
        expect(response.status, String(query)).to.be.oneOf(name === "q" ? [200, 400] : [200]);
        if (response.status === 200 && !word.includes("zeppelin"))
          expect(await response.json(), String(query)).to.deep.equal([]);
      }
      const page = await web.get(
        `/reports/conversations?${new URLSearchParams({ participant: word })}`,
      );
      expect(page.status).to.equal(200);
    }
  });

  it("tells by no count, excerpt or error what is in others' calls", async () => {
    const answer = async (query: string) =>
      (await (await web.get(`/reports/conversations.json?period=all&${query}`)).json()) as {
        call_id: string;
      }[];
    const own = await answer("q=zeppelin");
    expect(own).to.have.length(20);
    expect(own.every(({ call_id }) => call_id.endsWith("001") || call_id === "call 1")).to.equal(
      true,
    );
    const html = await (await web.get("/reports/conversations?period=all&q=zeppelin")).text();
    expect(html).to.include("All 20 calls").and.include("<mark>zeppelin</mark>");
    expect(await answer("call=call+1000")).to.deep.equal(await answer("call=no+such+call"));
  });
});
