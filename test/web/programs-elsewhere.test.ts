import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createReportFolder, type ReportFolder } from "../support/folder.ts";
import { refreshMarts } from "../support/marts.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const DASH = "https://dash.example.com";

describe("programs elsewhere", () => {
  let db: TestDatabase;
  let folder: ReportFolder;
  let web: WebServer;

  before(async () => {
    db = await createTestDatabase();
    await refreshMarts(db.pool);
    folder = createReportFolder();
    folder.add("few", "SELECT n FROM (VALUES (1), (2), (3)) AS v (n)");
    web = await startWeb(db.pool, { reportsFolder: folder.path, corsOrigins: [DASH] });
  });
  after(async () => {
    await web.close();
    folder.remove();
    await db.drop();
  });

  const allowed = (response: Response) => response.headers.get("access-control-allow-origin");

  it("are let in by their origin, exactly, and their browser may ask before", async () => {
    const asked = await fetch(`${web.url}/reports/few.csv`, {
      method: "OPTIONS",
      headers: { Origin: DASH, "Access-Control-Request-Method": "GET" },
    });
    expect(asked.status).to.equal(204);
    expect(allowed(asked)).to.equal(DASH);
    expect(asked.headers.get("access-control-allow-headers")).to.include("Authorization");
    expect(asked.headers.get("access-control-allow-credentials")).to.equal(null);
    const response = await web.get("/reports/few.csv", { headers: { Origin: DASH } });
    expect(await response.text()).to.include("n\r\n1");
    expect(allowed(response)).to.equal(DASH);
    expect(response.headers.get("access-control-expose-headers")).to.include("X-Row-Count");
    expect(response.headers.get("vary")).to.include("Origin");
    // Also what is wrong is theirs to read.
    const refused = await fetch(`${web.url}/reports/few.csv`, { headers: { Origin: DASH } });
    expect([refused.status, allowed(refused)]).to.deep.equal([401, DASH]);
  });

  it("are kept out from any other, and from pages", async () => {
    for (const origin of [
      "https://dash.example.com.evil.example",
      "https://evil-dash.example.com",
      "http://dash.example.com",
      "https://dash.example.com:8443",
      "null",
      "*",
    ]) {
      const response = await web.get("/reports/few.csv", { headers: { Origin: origin } });
      expect(allowed(response), origin).to.equal(null);
      expect(response.headers.get("vary"), origin).to.include("Origin");
      const asked = await fetch(`${web.url}/reports/few.csv`, {
        method: "OPTIONS",
        headers: { Origin: origin, "Access-Control-Request-Method": "GET" },
      });
      expect(allowed(asked), origin).to.equal(null);
    }
    for (const path of ["/reports/few", "/account", "/exports", "/sign-in"])
      expect(allowed(await web.get(path, { headers: { Origin: DASH } })), path).to.equal(null);
  });

  it("ask as often as their token may, and are told when to come again", async () => {
    const limited = await startWeb(db.pool, { reportsFolder: folder.path, tokenRequests: 3 });
    try {
      for (let time = 0; time < 3; time += 1)
        expect((await limited.get("/reports/few.csv")).status).to.equal(200);
      const response = await limited.get("/reports/few.csv");
      expect(response.status).to.equal(429);
      expect(Number(response.headers.get("retry-after"))).to.be.within(1, 60);
      expect(((await response.json()) as { error: object }).error).to.include({
        code: "too_many_requests",
      });
      // Another's is another's.
      const headers = { Authorization: web.authorization };
      expect((await limited.get("/reports/few.csv", { headers })).status).to.equal(200);
    } finally {
      await limited.close();
    }
  });
});
