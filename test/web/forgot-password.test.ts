import { expect } from "chai";
import { createMailer, type Mailer } from "../../src/mail/mailer.ts";
import { addAccount, emailOf, PASSWORD } from "../support/accounts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type MailServer, startMailServer } from "../support/mail-server.ts";
import { addPerson } from "../support/people.ts";
import { createVisitor } from "../support/visitor.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const PUBLIC = "http://reports.example.com";

describe("a forgotten password", () => {
  let db: TestDatabase;
  let web: WebServer;
  let mails: MailServer;
  let mailer: Mailer;

  before(async () => {
    db = await createTestDatabase();
    mails = await startMailServer();
    mailer = createMailer({ smtpUrl: mails.url, from: "Tidemark <reports@example.com>" });
    web = await startWeb(db.pool, {
      publicUrl: PUBLIC,
      mail: { mailer, publicUrl: new URL(PUBLIC) },
    });
    await addAccount(db.pool, "Ann");
  });
  after(async () => {
    await web.close();
    await mailer.close();
    await mails.close();
    await db.drop();
  });
  beforeEach(async () => {
    await db.pool.query("DELETE FROM ops.attempts; DELETE FROM ops.password_links");
    mails.received.length = 0;
  });

  const ask = async (email: string) => {
    const someone = createVisitor(web.url, { Host: "evil.example" });
    await someone.get("/forgot-password");
    const answer = await someone.post("/forgot-password", { email });
    return { status: answer.status, page: await answer.text() };
  };
  /** The form field differs from page to page, and nothing else may. */
  const plain = ({ status, page }: { status: number; page: string }) => [
    status,
    page.replace(/name="form_token" value="[^"]*"/, ""),
  ];
  const linkIn = (source: string) => {
    // As quoted-printable writes it.
    const text = source.replace(/=\r\n/g, "").replaceAll("=3D", "=");
    return new URL(/^http\S+$/m.exec(text.replaceAll("\r", ""))?.[0] ?? "");
  };

  it("is helped by a mail with a link, to the address that operators named, whatever the request calls the host", async () => {
    expect(await (await createVisitor(web.url).get("/sign-in")).text()).to.include(
      'href="/forgot-password"',
    );
    const { status, page } = await ask(" ANN@example.com");
    expect([status, page.includes("is on its way")]).to.deep.equal([200, true]);
    await mails.waitFor(1);
    const [mail] = mails.received;
    expect(mail).to.include({ from: "reports@example.com" });
    expect(mail?.to).to.deep.equal([emailOf("Ann")]);
    expect(mail?.source).to.match(/^Subject: Choose a new password for Tidemark\r$/m);
    expect(mail?.source).to.match(/^Auto-Submitted: auto-generated\r$/im);
    const link = linkIn(mail?.source as string);
    expect(link.origin).to.equal(PUBLIC);

    const ann = createVisitor(web.url);
    await ann.get(link.pathname + link.search);
    const token = link.searchParams.get("link") as string;
    const saved = await ann.post("/set-password", { link: token, password: "kept in mind now" });
    expect(saved.status).to.equal(303);
    expect((await ann.signIn(emailOf("Ann"), PASSWORD)).status).to.equal(401);
    expect((await ann.signIn(emailOf("Ann"), "kept in mind now")).status).to.equal(303);
  });

  it("is answered alike for an unknown, an inactive and a demo account, without a mail", async () => {
    await addPerson(db.pool, "Gone", { is_active: false });
    await addPerson(db.pool, "Demo", { source: "demo" });
    const expected = plain(await ask(emailOf("Ann")));
    await mails.waitFor(1);
    for (const email of [emailOf("Nobody"), emailOf("Gone"), emailOf("Demo"), "what?", ""])
      expect(plain(await ask(email)), email).to.deep.equal(expected);
    await ask(emailOf("Ann"));
    await mails.waitFor(2);
    expect(mails.received.flatMap(({ to }) => to)).to.deep.equal([emailOf("Ann"), emailOf("Ann")]);
    const { rows } = await db.pool.query(
      "SELECT subject FROM ops.audit_events WHERE kind = 'password_reset_requested' ORDER BY id DESC LIMIT 5 OFFSET 1",
    );
    expect(rows.map(({ subject }) => subject).reverse()).to.deep.equal([
      emailOf("Nobody"),
      emailOf("Gone"),
      emailOf("Demo"),
      "not an e-mail address",
      "not an e-mail address",
    ]);
  });

  it("fills nobody's inbox, and answers alike all the same", async () => {
    const expected = plain(await ask(emailOf("Ann")));
    for (let n = 0; n < 5; n += 1) expect(plain(await ask(emailOf("Ann")))).to.deep.equal(expected);
    await mails.waitFor(3);
    await mailer.close();
    expect(mails.received).to.have.length(3);
  });

  it("is asked for only so often from one address", async () => {
    for (let n = 0; n < 20; n += 1) await ask(`nobody${n}@example.com`);
    const answer = await ask(emailOf("Ann"));
    expect(answer.status).to.equal(429);
    expect(answer.page).to.include("Too many attempts from this network");
  });

  it("is answered alike when the mail server refuses", async () => {
    const expected = plain(await ask(emailOf("Nobody")));
    mails.refuse();
    expect(plain(await ask(emailOf("Ann")))).to.deep.equal(expected);
    expect((await web.get("/healthz")).status).to.equal(200);
  });

  it("has none where only company accounts count", async () => {
    const other = await startWeb(db.pool, {
      mail: { mailer, publicUrl: new URL(PUBLIC) },
      company: {
        issuer: new URL("https://127.0.0.1:1"),
        clientId: "tidemark",
        clientSecret: undefined,
        isOnlyWay: true,
      },
    });
    try {
      expect((await createVisitor(other.url).get("/forgot-password")).status).to.equal(403);
    } finally {
      await other.close();
    }
  });

  it("has no page where no mails are sent", async () => {
    const other = await startWeb(db.pool);
    try {
      const someone = createVisitor(other.url);
      expect((await someone.get("/forgot-password")).status).to.equal(404);
      const page = await (await someone.get("/sign-in")).text();
      expect(page).not.to.include("forgot-password");
      expect((await someone.post("/forgot-password", { email: "x" })).status).to.equal(404);
    } finally {
      await other.close();
    }
  });
});
