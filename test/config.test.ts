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
    ["TIDEMARK_LOG_LEVEL", "loud"],
  ];
  for (const [name, value] of refused) {
    it(`refuses ${name}=${value}, naming the setting`, () => {
      const error = refusal(() => loadConfig({ [name]: value }));
      expect(error).to.include({ code: "bad_setting", parameter: name });
      expect(error.message).to.match(new RegExp(`^${name}: `));
    });
  }

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
