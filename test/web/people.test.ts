import { expect } from "chai";
import { addAccount } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addPerson } from "../support/people.ts";
import { addDeal } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const MANY = 205;

describe("a filter of very many people", () => {
  let db: TestDatabase;
  let web: WebServer;
  let manager: string;

  before(async () => {
    db = await createTestDatabase();
    manager = await addAccount(db.pool, "Mira");
    const below = await addPerson(db.pool, "Rep 100%", { manager_user_id: manager });
    await addDeal(db.pool, { owner: below });
    await db.pool.query(
      `INSERT INTO crm.users (email, first_name) SELECT n || '@example.org', 'Rep ' || n FROM generate_series(1, ${MANY}) AS n`,
    );
    await refreshMarts(db.pool);
    web = await startWeb(db.pool);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });

  const names = async (server: WebServer, query: string) => {
    const response = await server.get(`/people?q=${encodeURIComponent(query)}`);
    expect(response.status).to.equal(200);
    return ((await response.json()) as { label: string }[]).map(({ label }) => label);
  };

  it("lists none of them, takes a name that is typed, and looks names up", async () => {
    const page = await (await web.get("/reports/sales-dashboard")).text();
    expect(page).to.include('data-suggest="/people"').and.not.include("Rep 17<");
    const chosen = await web.get("/reports/sales-dashboard?owner=Rep+17");
    expect(await chosen.text()).to.match(
      /<input type="checkbox" name="owner" value="[^"]+" checked><span>Rep 17</,
    );
    expect(await names(web, "rep 20")).to.deep.equal([
      "Rep 20",
      ...["0", "1", "2", "3", "4", "5"].map((digit) => `Rep 20${digit}`),
    ]);
    expect(await names(web, "Rep")).to.have.length(20);
    expect(await names(web, "100%")).to.deep.equal(["Rep 100%"]);
  });

  it("tells nobody of people whose rows they may not see", async () => {
    const theirs = await startWeb(db.pool, { userId: manager });
    try {
      expect(await names(theirs, "rep")).to.deep.equal(["Rep 100%"]);
    } finally {
      await theirs.close();
    }
  });

  it("comes compressed to who takes that, and to nobody else", async () => {
    const headers = { "Accept-Encoding": "gzip" };
    const page = await web.get("/reports/sales-dashboard", { headers });
    expect(page.headers.get("content-encoding")).to.equal("gzip");
    expect(page.headers.get("vary")).to.include("Accept-Encoding");
    const plain = { "Accept-Encoding": "identity" };
    const other = await web.get("/reports/sales-dashboard", { headers: plain });
    expect(other.headers.get("content-encoding")).to.equal(null);
  });
});
