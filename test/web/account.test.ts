import { expect } from "chai";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addPerson } from "../support/people.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const NEW = "a quite different one";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const EDGE =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";

describe("the account page", () => {
  let db: TestDatabase;
  let web: WebServer;
  let name: string;
  let number = 0;

  before(async () => {
    db = await createTestDatabase();
    web = await startWeb(db.pool);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });
  beforeEach(async () => {
    name = `Ann${++number}`;
    const manager = await addPerson(db.pool, `Maya${number}`);
    const ann = await addAccount(db.pool, name);
    await db.pool.query("UPDATE crm.users SET manager_user_id = $1 WHERE id = $2", [manager, ann]);
  });

  const signedIn = async (agent = FIREFOX) => {
    const someone = createVisitor(web.url, { "User-Agent": agent });
    await someone.signIn(emailOf(name), PASSWORD);
    await someone.get("/account");
    return someone;
  };
  const isIn = async (someone: Visitor) => (await someone.get("/account")).status === 200;
  const change = async (someone: Visitor, current: string, password: string) => {
    const answer = await someone.post("/account/password", { current, password });
    return [answer.status, await answer.text()] as const;
  };
  const events = async () => {
    const { rows } = await db.pool.query<{ kind: string }>(
      "SELECT kind FROM ops.audit_events WHERE actor_name = $1 ORDER BY id",
      [name],
    );
    return rows.map(({ kind }) => kind);
  };

  it("lets one choose how numbers and dates are written, over what the browser asks for", async () => {
    const someone = createVisitor(web.url, {
      "User-Agent": EDGE,
      "Accept-Language": "fr-FR,fr;q=0.9",
    });
    await someone.signIn(emailOf(name), PASSWORD);
    const language = async () =>
      /data-language="([^"]*)"/.exec(await (await someone.get("/account")).text())?.[1];
    expect(await language()).to.equal("fr-FR");
    expect((await someone.post("/account/language", { language: "de-CH" })).status).to.equal(303);
    expect(await language()).to.equal("de-CH");
    const refused = await someone.post("/account/language", { language: "xx-YY" });
    expect(refused.status).to.equal(400);
    expect(await refused.text()).to.include("there is no &quot;xx-YY&quot; here");
    expect((await someone.post("/account/language", { language: "" })).status).to.equal(303);
    expect(await language()).to.equal("fr-FR");
  });

  it("reads no language out of nonsense", async () => {
    const asked = async (header: string) => {
      const answer = await fetch(`${web.url}/sign-in`, { headers: { "Accept-Language": header } });
      return /data-language="([^"]*)"/.exec(await answer.text())?.[1];
    };
    expect(await asked("*")).to.equal("en-US");
    expect(await asked("tlh-<script>, , ;q=x")).to.equal("en-US");
    expect(await asked("de;q=0.5, sv-SE;q=0.8")).to.equal("sv-SE");
  });

  it("says who one is, what one may see, and where one is signed in", async () => {
    await signedIn(EDGE);
    const someone = await signedIn();
    const page = await (await someone.get("/account")).text();
    expect(page)
      .to.include(emailOf(name))
      .and.include("Sales Manager")
      .and.include("Leads a team; sees the team.")
      .and.include(`Maya${number}`)
      .and.include("127.0.0.1");
    expect(page).to.match(/Firefox on Linux <span class="flag">this one/);
    expect(page).to.match(/Edge on Windows</);
  });

  it("is for people only", async () => {
    expect((await web.get("/account", { headers: { Accept: "*/*" } })).status).to.equal(401);
  });

  it("signs out everywhere", async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    const answer = await one.post("/account/sign-out-everywhere");
    expect([answer.status, answer.headers.get("location")]).to.deep.equal([303, "/sign-in"]);
    expect([await isIn(one), await isIn(other)]).to.deep.equal([false, false]);
    expect(await events()).to.deep.equal(["sign_in", "sign_in", "sign_out_everywhere"]);
  });

  it("changes the password, which ends every other session", async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    const before = one.cookies();
    const answer = await one.post("/account/password", { current: PASSWORD, password: NEW });
    expect(answer.headers.get("location")).to.equal("/account?done=password");
    expect(await (await one.get("/account?done=password")).text()).to.include("is changed");
    expect(await isIn(one)).to.equal(true);
    expect(await isIn(other)).to.equal(false);
    expect(one.cookies()).not.to.equal(before);
    expect(await isIn(createVisitor(web.url, { Cookie: before }))).to.equal(false);
    const fresh = createVisitor(web.url);
    expect((await fresh.signIn(emailOf(name), PASSWORD)).status).to.equal(401);
    expect((await fresh.signIn(emailOf(name), NEW)).status).to.equal(303);
    expect(await events()).to.include("password_changed");
  });

  it("changes it only for who knows the present one, and lets nobody guess at leisure", async () => {
    const someone = await signedIn();
    for (let guess = 0; guess < 10; guess += 1)
      expect(await change(someone, `guess ${guess}`, NEW)).to.satisfy(
        ([status, page]: [number, string]) =>
          status === 403 && page.includes("not your present password"),
      );
    expect((await change(someone, PASSWORD, NEW))[0]).to.equal(403);
    expect(await isIn(someone)).to.equal(true);
  });

  it("refuses a password that is easily guessed, and says why", async () => {
    const someone = await signedIn();
    for (const [password, why] of [
      ["eleven char", "this one has 11"],
      ["x".repeat(201), "this one has 201"],
      [emailOf(name).toUpperCase(), "must not be the e-mail address"],
      ["abababababababab", "repeats too few characters"],
    ] as const) {
      const [status, page] = await change(someone, PASSWORD, password);
      expect([status, page.includes(why)], password).to.deep.equal([400, true]);
      await db.pool.query("DELETE FROM ops.attempts");
    }
    const emoji = "🐎🔋📎🌊".repeat(50);
    expect((await change(someone, PASSWORD, emoji))[0]).to.equal(303);
  });
});
