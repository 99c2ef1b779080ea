import { createServer } from "node:net";
import { expect } from "chai";
import { connect } from "../../src/db/connect.ts";
import { checkVersion } from "../../src/db/requirements.ts";
import { listenOnce } from "../../src/db/server/port.ts";
import { createTestDatabase, serverUrl, type TestDatabase } from "../support/database.ts";
import { failureOf } from "../support/refusal.ts";
import { createRole } from "../support/roles.ts";

describe("connect", () => {
  let database: TestDatabase;

  before(async () => {
    database = await createTestDatabase();
  });

  after(() => database.drop());

  const changed = (change: (url: URL) => void) => {
    const url = new URL(serverUrl());
    change(url);
    return url.href;
  };

  it("says that nobody answers", async () => {
    const port = await listenOnce(0, "127.0.0.1");
    const error = await failureOf(connect(`postgres://a:secret@127.0.0.1:${port}/x`, "test"));
    expect(error.code).to.equal("database_unreachable");
    expect(error.message).to.contain(`127.0.0.1:${port}`).and.not.contain("secret");
  });

  it("says that something else answers", async () => {
    const other = createServer((socket) => socket.end("220 mail.example.com ready\r\n"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const error = await failureOf(connect(`postgres://a:secret@127.0.0.1:${port}/x`, "test"));
    other.close();
    expect(error.code).to.equal("database_unreachable");
    expect(error.message).to.not.contain("\n");
  });

  it("says that a host is unknown", async () => {
    const error = await failureOf(connect("postgres://a@nowhere.invalid/x", "test"));
    expect(error.code).to.equal("database_unreachable");
  });

  it("says that the password is wrong", async () => {
    const role = await createRole();
    const url = new URL(role.at(database.url));
    url.password = "wrong";
    const error = await failureOf(connect(url.href, "test"));
    await role.drop();
    expect(error.code).to.equal("wrong_password");
    expect(error.message).to.contain(role.name);
  });

  it("says that a password is missing", async () => {
    const error = await failureOf(
      connect(
        changed((url) => {
          url.password = "";
        }),
        "test",
      ),
    );
    expect(error.code).to.equal("wrong_password");
    expect(error.message).to.contain("put it in the URL");
  });

  it("says that the database is missing", async () => {
    const url = changed((url) => {
      url.pathname = "/no_such_database";
    });
    const error = await failureOf(connect(url, "test"));
    expect(error.code).to.equal("database_missing");
    expect(error.message).to.contain('"no_such_database"');
  });

  it("says that the server is too old", async () => {
    const client = await connect(serverUrl(), "test");
    const error = await failureOf(checkVersion(client, 990_000));
    expect(await checkVersion(client)).to.be.at.least(150_000);
    await client.end();
    expect(error.code).to.equal("database_too_old");
    expect(error.message).to.match(
      /^The server runs PostgreSQL \d+.*; Tidemark needs 99 or later$/,
    );
  });
});
