import { expect } from "chai";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createVisitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

describe("forms", () => {
  let db: TestDatabase;
  let web: WebServer;

  before(async () => {
    db = await createTestDatabase();
    await addAccount(db.pool, "Ann");
    web = await startWeb(db.pool);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });

  const signedIn = async () => {
    const someone = createVisitor(web.url);
    await someone.signIn(emailOf("Ann"), PASSWORD);
    await someone.get("/account");
    return someone;
  };
  const fields = { email: emailOf("Ann"), password: PASSWORD };
  const expectRefused = async (answer: Response, why: string) => {
    expect(answer.status, why).to.equal(403);
    expect(await answer.text(), why).to.include("nothing was done");
  };

  it("are refused without the token of the page that they are on, or with somebody else's", async () => {
    const [ann, other] = [await signedIn(), await signedIn()];
    const [, foreign = ""] =
      /name="form_token" value="([^"]*)"/.exec(await (await other.get("/account")).text()) ?? [];
    for (const form_token of ["", "x", foreign.replaceAll("&#x3D;", "=")])
      await expectRefused(await ann.post("/sign-out", { form_token }), form_token);
    expect((await ann.get("/account")).status).to.equal(200);
    expect((await ann.post("/sign-out")).status).to.equal(303);
  });

  it("are refused without a token before signing in too", async () => {
    const fresh = createVisitor(web.url);
    await expectRefused(await fresh.post("/sign-in", fields), "no cookie");
    await fresh.get("/sign-in");
    await expectRefused(await fresh.post("/sign-in", { ...fields, form_token: "x" }), "wrong");
    expect((await fresh.post("/sign-in", fields)).status).to.equal(303);
  });

  it("of the time before signing in are of no use afterwards", async () => {
    const someone = createVisitor(web.url);
    const page = await (await someone.get("/sign-in")).text();
    const [, form_token = ""] = /name="form_token" value="([^"]*)"/.exec(page) ?? [];
    await someone.post("/sign-in", fields);
    await expectRefused(await someone.post("/sign-out", { form_token }), "the visitor's");
  });

  it("are refused when the browser says that another site sent them", async () => {
    const someone = await signedIn();
    const foreign: Record<string, string>[] = [
      { "Sec-Fetch-Site": "cross-site" },
      { "Sec-Fetch-Site": "same-site" },
      { Origin: "https://evil.example" },
      { Origin: "null" },
      { Origin: web.url.replace(/\d+$/, "1") },
    ];
    for (const headers of foreign)
      await expectRefused(await someone.post("/sign-out", {}, headers), JSON.stringify(headers));
    const own = { Origin: web.url, "Sec-Fetch-Site": "same-origin" };
    expect((await someone.post("/sign-out", {}, own)).status).to.equal(303);
  });

  it("say so to programs with a stable code", async () => {
    const someone = await signedIn();
    const answer = await someone.post("/status.json", { form_token: "" });
    expect(answer.status).to.equal(403);
    expect(await answer.json()).to.deep.include({
      error: {
        code: "bad_form",
        message:
          "This form has become too old, and nothing was done. Go back, reload the page, and send it again.",
      },
    });
  });

  it("need no token from programs, which show one with every request", async () => {
    const answer = await web.get("/reports", { method: "POST" });
    expect(answer.status).to.equal(405);
  });

  it("are refused when they are too large, have too many fields, or are no forms", async () => {
    const someone = await signedIn();
    expect((await someone.post("/sign-out", { x: "y".repeat(40_000) })).status).to.equal(413);
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`f${n}`, ""]));
    expect((await someone.post("/sign-out", many)).status).to.equal(413);
    const json = await fetch(`${web.url}/sign-out`, {
      method: "POST",
      redirect: "manual",
      headers: { Cookie: someone.cookies(), "Content-Type": "application/json" },
      body: "{}",
    });
    expect(json.status).to.equal(403);
  });
});
