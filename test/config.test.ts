import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { expect } from "chai";
import { loadConfig } from "../src/config.ts";
import { refusal } from "./support/refusal.ts";

describe("loadConfig", () => {
  it("has a default for every setting", () => {
    const config = loadConfig({});
    expect(config).to.include({
      databaseUrl: undefined,
      host: "127.0.0.1",
      port: 3000,
      timeZone: "UTC",
    });
    expect(config.dataDir).to.match(/^\/.*\/\.tidemark$/);
  });

  it("takes an empty setting as none", () => {
    expect(loadConfig({ PORT: "", DATABASE_URL: "" })).to.include({
      port: 3000,
      databaseUrl: undefined,
    });
  });

  it("takes every IANA name, old or new", () => {
    for (const zone of [
      "Asia/Kolkata",
      "Asia/Calcutta",
      "America/New_York",
      "Europe/Kyiv",
      "UTC",
    ]) {
      expect(loadConfig({ TIDEMARK_TIME_ZONE: zone }).timeZone).to.equal(zone);
    }
  });

  const refused: [string, string][] = [
    ["DATABASE_URL", "mysql://localhost/x"],
    ["PORT", "80a"],
    ["PORT", "70000"],
    ["TIDEMARK_TIME_ZONE", "Europe/Atlantis"],
    ["TIDEMARK_TIME_ZONE", "+01:00"],
    ["TIDEMARK_FISCAL_YEAR_START", "13"],
    ["TIDEMARK_CURRENCY", "dollars"],
    ["TIDEMARK_FIELD_KEY", "hunter2"],
    ["TIDEMARK_FIELD_KEY_OLD", `${"A".repeat(42)}=`],
    ["TIDEMARK_SHARE_LINKS", "everybody"],
    ["TIDEMARK_SHARE_LINK_DAYS", "0"],
    ["TIDEMARK_SHARE_LINK_DAYS", "366"],
    ["TIDEMARK_LOG_LEVEL", "loud"],
    ["TIDEMARK_OIDC_ISSUER", "login.example.com"],
    ["TIDEMARK_OIDC_ISSUER", "http://login.example.com"],
    ["TIDEMARK_OIDC_ISSUER", "https://login.example.com/.well-known/openid-configuration"],
    ["TIDEMARK_OIDC_ISSUER", "https://login.microsoftonline.com/common/v2.0"],
    ["TIDEMARK_OIDC_REQUIRED", "yes"],
    ["TIDEMARK_PUBLIC_URL", "reports.example.com"],
    ["TIDEMARK_PUBLIC_URL", "ftp://reports.example.com"],
    ["TIDEMARK_PUBLIC_URL", "https://example.com/reports"],
    ["TIDEMARK_TRUST_PROXY", "true"],
    ["TIDEMARK_TRUST_PROXY", "10.0.0.0/8, proxy.example.com"],
    ["TIDEMARK_TRUST_PROXY", "10.0.0.0/33"],
    ["TIDEMARK_SMTP_URL", "http://mail.example.com"],
    ["TIDEMARK_MAIL_FROM", "Tidemark"],
  ];
  for (const [name, value] of refused) {
    it(`refuses ${name}=${value}, naming the setting`, () => {
      const error = refusal(() => loadConfig({ [name]: value }));
      expect(error).to.include({ code: "bad_setting", parameter: name });
      expect(error.message).to.match(new RegExp(`^${name}: `));
    });
  }

  const company = {
    TIDEMARK_OIDC_ISSUER: "https://login.example.com/realms/example",
    TIDEMARK_OIDC_CLIENT_ID: "tidemark",
    TIDEMARK_PUBLIC_URL: "https://reports.example.com",
  };

  it("takes the settings of company accounts together, or none", () => {
    expect(loadConfig({ TIDEMARK_PUBLIC_URL: company.TIDEMARK_PUBLIC_URL }).company).to.equal(
      undefined,
    );
    expect(loadConfig(company).company).to.deep.equal({
      issuer: new URL(company.TIDEMARK_OIDC_ISSUER),
      clientId: "tidemark",
      clientSecret: undefined,
      redirectUrl: new URL("https://reports.example.com/sign-in/company/callback"),
      isOnlyWay: false,
    });
    const secret = { TIDEMARK_OIDC_CLIENT_SECRET: "s3cret", TIDEMARK_OIDC_REQUIRED: "true" };
    expect(loadConfig({ ...company, ...secret }).company).to.include({
      clientSecret: "s3cret",
      isOnlyWay: true,
    });
    const local = { ...company, TIDEMARK_OIDC_ISSUER: "http://localhost:8080/realms/example" };
    expect(loadConfig(local).company?.issuer.port).to.equal("8080");
    for (const missing of Object.keys(company)) {
      const error = refusal(() => loadConfig({ ...company, ...secret, [missing]: "" }));
      expect(error).to.include({ code: "bad_setting", parameter: missing });
      expect(error.message).not.to.include("s3cret");
    }
  });

  it("takes proxies one by one and as networks", () => {
    const trustProxy = (text: string) => loadConfig({ TIDEMARK_TRUST_PROXY: text }).trustProxy;
    expect(trustProxy("10.0.0.0/8, 192.0.2.7 ::1/128,fd00::/8")).to.deep.equal([
      "10.0.0.0/8",
      "192.0.2.7",
      "::1/128",
      "fd00::/8",
    ]);
    expect(trustProxy("")).to.deep.equal([]);
  });

  it("sends mails only with a sender, and with an address for links", () => {
    const TIDEMARK_SMTP_URL = "smtp://user:hunter2@mail.example.com";
    const TIDEMARK_MAIL_FROM = "Tidemark <t@example.com>";
    const TIDEMARK_PUBLIC_URL = "https://reports.example.com";
    const all = { TIDEMARK_SMTP_URL, TIDEMARK_MAIL_FROM, TIDEMARK_PUBLIC_URL };
    expect(loadConfig(all).mail).to.include({
      smtpUrl: TIDEMARK_SMTP_URL,
      from: TIDEMARK_MAIL_FROM,
    });
    expect(loadConfig({ ...all, TIDEMARK_SMTP_URL: "" }).mail).to.equal(undefined);
    for (const parameter of ["TIDEMARK_MAIL_FROM", "TIDEMARK_PUBLIC_URL"]) {
      const error = refusal(() => loadConfig({ ...all, [parameter]: "" }));
      expect(error).to.include({ code: "bad_setting", parameter });
      expect(error.message).not.to.include("hunter2");
    }
  });

  it("shows nothing of a secret key, taken or refused", () => {
    const key = randomBytes(32);
    const config = loadConfig({ TIDEMARK_FIELD_KEY: key.toString("base64") });
    expect(config.fieldKey?.export().equals(key)).to.equal(true);
    for (const shown of [inspect(config, { depth: 9, showHidden: true }), JSON.stringify(config)])
      for (const form of ["base64", "hex"] as const)
        expect(shown).not.to.include(key.toString(form));
    const error = refusal(() => loadConfig({ TIDEMARK_FIELD_KEY: "hunter2" }));
    expect(error.message).not.to.include("hunter2");
  });

  it("never shows the password of an address that it refuses", () => {
    const error = refusal(() => loadConfig({ DATABASE_URL: "mysql://me:hunter2@localhost/x" }));
    expect(error.message).not.to.include("hunter2");
  });
});
