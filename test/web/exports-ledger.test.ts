import { createHash } from "node:crypto";
import { expect } from "chai";
import type { ExportEntry } from "../../src/access/export-entries.ts";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createReportFolder, type ReportFolder } from "../support/folder.ts";
import { refreshMarts } from "../support/marts.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

describe("the ledger of exports", () => {
  let db: TestDatabase;
  let folder: ReportFolder;
  let web: WebServer;
  let ann: Visitor;
  let bob: Visitor;
  let admin: Visitor;

  before(async () => {
    db = await createTestDatabase();
    await refreshMarts(db.pool);
    folder = createReportFolder();
    folder.add("few", "SELECT n FROM (VALUES (1), (2), (3)) AS v (n)");
    web = await startWeb(db.pool, { reportsFolder: folder.path });
    const signIn = async (name: string, role: string) => {
      await addAccount(db.pool, name, role);
      const visitor = createVisitor(web.url);
      await visitor.signIn(emailOf(name), PASSWORD);
      return visitor;
    };
    ann = await signIn("Ann", "Sales Manager");
    bob = await signIn("Bob", "Sales Manager");
    admin = await signIn("Admin", "Administrator");
  });
  after(async () => {
    await web.close();
    folder.remove();
    await db.drop();
  });

  const download = async (who: Visitor, path: string) => {
    const response = await who.get(path);
    const bytes = Buffer.from(await response.arrayBuffer());
    const id = response.headers.get("x-export-id") ?? "";
    return { id, sha256: createHash("sha256").update(bytes).digest("hex"), bytes };
  };
  const read = async (who: Visitor, path: string) => {
    const response = await who.get(path);
    return { status: response.status, entries: (await response.json()) as ExportEntry[] };
  };

  it("says which file somebody holds, by its bytes and by its number", async () => {
    const file = await download(ann, "/reports/few.csv?period=last_month");
    const { entries } = await read(ann, `/exports.json?file=${file.sha256}`);
    expect(entries).to.have.length(1);
    expect(entries[0]).to.include({
      id: file.id,
      made_by: "Ann",
      means: "session",
      report: "few",
      section: "rows",
      format: "csv",
      dialect: null,
      query: "period=last_month",
      announced_rows: "3",
      written_rows: "3",
      bytes: String(file.bytes.length),
      sha256: file.sha256,
      state: "completed",
      reason: null,
    });
    const byNumber = await ann.get(`/exports/${file.id}.json`);
    expect(await byNumber.json()).to.deep.equal(entries[0]);
    const page = await (await ann.get(`/exports/${file.id}`)).text();
    expect(page).to.include("This file is complete: all 3 rows.").and.include(file.sha256);
    const list = await (await ann.get(`/exports?file=${file.sha256.toUpperCase()}`)).text();
    expect(list).to.include(`/exports/${file.id}"`);
  });

  it("has the same rows in another form as another file", async () => {
    const excel = await download(ann, "/reports/few.csv?dialect=excel&locale=de");
    const { entries } = await read(ann, `/exports.json?file=${excel.id}`);
    expect(entries[0]).to.include({ dialect: "excel de", query: "" });
    const numbers = await download(ann, "/reports/few.ndjson?numbers=string");
    expect(numbers.sha256).not.to.equal((await download(ann, "/reports/few.ndjson")).sha256);
  });

  it("shows people their own, and operators everybody's", async () => {
    const { id, sha256 } = await download(ann, "/reports/few.json");
    expect((await read(bob, `/exports.json?file=${sha256}`)).entries).to.deep.equal([]);
    expect((await bob.get(`/exports/${id}`)).status).to.equal(404);
    expect((await bob.get(`/exports/${id}.json`)).status).to.equal(404);
    expect((await read(bob, "/exports.json")).entries).to.deep.equal([]);
    expect((await read(admin, `/exports.json?file=${sha256}`)).entries[0]?.id).to.equal(id);
    expect((await admin.get(`/exports/${id}`)).status).to.equal(200);
    // A service sees what its own token made.
    expect(await (await web.get("/exports.json")).json()).to.deep.equal([]);
    const own = (await web.get("/reports/few.csv")).headers.get("x-export-id");
    expect((await web.get(`/exports/${own}.json`)).status).to.equal(200);
    expect((await web.get(`/exports/${id}.json`)).status).to.equal(404);
    expect((await fetch(`${web.url}/exports/${id}.json`)).status).to.equal(401);
  });

  it("says what it can be asked for", async () => {
    for (const file of ["abc", "g".repeat(64), "1".repeat(63)]) {
      const response = await ann.get(`/exports.json?file=${file}`);
      expect(response.status).to.equal(400);
    }
    expect((await ann.get("/exports/1")).status).to.equal(404);
    expect((await ann.get("/exports?files=1")).status).to.equal(400);
    const none = await (await ann.get(`/exports?file=${"0".repeat(64)}`)).text();
    expect(none).to.include("No such export is in the ledger.");
  });

  it("says of one that broke off that it is no whole, and why", async () => {
    const { id } = await download(ann, "/reports/few.csv");
    await db.pool.query(
      "UPDATE ops.exports SET state = 'aborted', reason = 'client_gone', sha256 = NULL, written_rows = 2 WHERE id = $1",
      [id],
    );
    const page = await (await ann.get(`/exports/${id}`)).text();
    expect(page).to.include("This export broke off: whoever asked for it went away.");
    expect(page).to.include("not all of the 3 rows");
  });
});
