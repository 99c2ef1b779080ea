import { expect } from "chai";
import { addressOf } from "../../../src/access/bi-login/address.ts";
import { scramVerifier } from "../../../src/access/bi-login/scram.ts";

const login = { user: "metabase", password: "a-b_c", database: "tidemark" };
const addressFor = (url: string, database = "tidemark") => {
  const { url: own, jdbcUrl } = addressOf(url, { ...login, database });
  return [own, jdbcUrl];
};

describe("the address of a BI login", () => {
  it("is on the service's server, in the forms that tools take", () => {
    expect(addressOf("postgres://tidemark:secret@db.example:5433/tidemark", login)).to.deep.equal({
      ...login,
      url: "postgresql://metabase:a-b_c@db.example:5433/tidemark",
      jdbcUrl: "jdbc:postgresql://db.example:5433/tidemark",
      host: "db.example",
      port: 5433,
    });
  });

  it("takes over how the service encrypts, where every client knows it, and nothing else", () => {
    expect(
      addressFor(
        "postgres://t:s@db.example/tidemark?sslmode=verify-full&application_name=x&options=-cjit%3Doff",
      ),
    ).to.deep.equal([
      "postgresql://metabase:a-b_c@db.example:5432/tidemark?sslmode=verify-full",
      "jdbc:postgresql://db.example:5432/tidemark?sslmode=verify-full",
    ]);
    expect(addressFor("postgres://t:s@db.example/tidemark?sslmode=no-verify")[0]).to.equal(
      "postgresql://metabase:a-b_c@db.example:5432/tidemark",
    );
  });

  it("holds an IPv6 address, a folder with the server's socket, and any name of a database", () => {
    expect(addressFor("postgres://t:s@[::1]:5433/tidemark")[0]).to.equal(
      "postgresql://metabase:a-b_c@[::1]:5433/tidemark",
    );
    expect(addressFor("postgres:///tidemark?host=/run/postgresql")[0]).to.equal(
      "postgresql://metabase:a-b_c@/tidemark?host=%2Frun%2Fpostgresql&port=5432",
    );
    expect(addressFor("postgres://t:s@db.example/x", "a b/c")[0]).to.equal(
      "postgresql://metabase:a-b_c@db.example:5432/a%20b%2Fc",
    );
  });
});

describe("what the server keeps of a password", () => {
  it("is as PostgreSQL computes it itself", () => {
    // SELECT rolpassword FROM pg_authid after CREATE ROLE … PASSWORD 'pencil', on PostgreSQL 15.
    const stored =
      "SCRAM-SHA-256$4096:VBXkSBSHXdQJEa0vU8yFfw==$Rm0vzjzTzhAU0uZzsge/191PP4lFIP9esyZj283G0JQ=:TsJj4mPQeAHx7XQSA0qC2mE5RgBN0XZCa1D29aqPORc=";
    const salt = Buffer.from(/:([^$]+)\$/.exec(stored)?.[1] ?? "", "base64");
    expect(scramVerifier("pencil", salt)).to.equal(stored);
  });
});
