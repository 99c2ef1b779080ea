import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "chai";
import { formParameters } from "../../src/exports/form.ts";
import { formats } from "../../src/render/formats.ts";
import type { OpenApi } from "../../src/render/openapi/types.ts";
import { type Catalogue, loadReports } from "../../src/reports/load.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addEveryRecord } from "../support/every-record.ts";
import { addPerson } from "../support/people.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const refName = (ref: string) => ref.split("/").at(-1) as string;

describe("/openapi.json", () => {
  let db: TestDatabase;
  let web: WebServer;
  let document: OpenApi;
  let catalogue: Catalogue;
  const servers: WebServer[] = [];

  /** The service as somebody with this role asks it. */
  const as = async (role: string) => {
    const userId = await addPerson(db.pool, role.replaceAll(" ", ""));
    await db.pool.query(
      "INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name = $2",
      [userId, role],
    );
    const server = await startWeb(db.pool, { userId });
    servers.push(server);
    return server;
  };
  const read = async (from: WebServer) => {
    const response = await from.get("/openapi.json");
    expect(response.status).to.equal(200);
    expect(response.headers.get("content-encoding")).to.be.oneOf(["gzip", "br"]);
    return (await response.json()) as OpenApi;
  };

  before(async function () {
    this.timeout(120_000);
    db = await createTestDatabase();
    await db.pool.query(
      `INSERT INTO crm.custom_field_definitions (entity, key, label, data_type, allowed_values, description)
       VALUES ('opportunities', 'tier', 'Tier', 'choice', '{A,B}', 'How much attention it gets.')`,
    );
    await addEveryRecord(db.pool);
    web = await startWeb(db.pool);
    servers.push(web);
    catalogue = await loadReports();
    document = await read(web);
  });
  after(async () => {
    for (const server of servers) await server.close();
    await db.drop();
  });

  const parametersOf = (path: string) =>
    document.paths[path]?.get.parameters?.map(
      ({ $ref }) => document.components.parameters[refName($ref)],
    ) ?? [];
  /** Holds a value against a schema of the document. */
  const checker = () => {
    const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: false }));
    ajv.addSchema({ $id: "openapi", ...document });
    return (pointer: string, value: unknown) => {
      const isValid = ajv.validate(`openapi#/components/${pointer}`, value);
      expect(isValid, `${pointer}: ${ajv.errorsText()}`).to.equal(true);
    };
  };

  it("is valid OpenAPI 3.1, with everything that it refers to", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate({ ...structuredClone(document) });
    expect(valid, JSON.stringify(errors)?.slice(0, 500)).to.equal(true);
    expect(validator.version).to.equal("3.1");
    expect(() => validator.resolveRefs()).not.to.throw();
  });

  it("has every download of every report, and nothing that is not there", async () => {
    const expected = [...catalogue.keys()].flatMap((slug) =>
      [...formats, "pdf"].map((format) => `/reports/${slug}.${format}`),
    );
    const paths = Object.keys(document.paths);
    expect(paths.filter((path) => path.startsWith("/reports/"))).to.have.members(expected);
    for (const path of paths.filter((one) => !one.startsWith("/reports/"))) {
      const { status, headers } = await web.get(path);
      expect(status, path).to.equal(200);
      const content = document.paths[path]?.get.responses["200"];
      const types = content && "content" in content ? Object.keys(content.content ?? {}) : [];
      expect(types, path).to.deep.equal([headers.get("content-type")?.split(";")[0]]);
    }
  });

  it("says of every section what comes, to the column and its type", async function () {
    this.timeout(120_000);
    const check = checker();
    for (const report of catalogue.values())
      for (const section of report.sections) {
        const period = report.parameters.includes("period") ? "period=all&" : "";
        const where = `${report.slug}.${section.key}`;
        const address = `/reports/${report.slug}.json?${period}section=${section.key}`;
        const response = await web.get(address);
        const rows = (await response.json()) as object[];
        expect(response.headers.get("x-row-count"), where).to.equal(String(rows.length));
        for (const row of rows.slice(0, 500)) check(`schemas/${where}`, row);
      }
  });

  it("says of every download what type it has, which headers come, and what a client hears that has it", async () => {
    for (const { slug } of catalogue.values())
      for (const format of formats) {
        const path = `/reports/${slug}.${format}`;
        const answers = document.paths[path]?.get.responses ?? {};
        const ok = answers["200"];
        if (!ok || "$ref" in ok) throw new Error(`${path} has no answer`);
        const response = await web.get(path);
        await response.arrayBuffer();
        const { status, headers } = response;
        expect(status, path).to.equal(200);
        const [type] = Object.keys(ok.content ?? {});
        expect(headers.get("content-type")?.split(";")[0], path).to.equal(type);
        for (const name of Object.keys(ok.headers ?? {}))
          expect(headers.has(name), `${path} ${name}`).to.equal(true);
        const again = await web.get(path, {
          headers: { "If-None-Match": `${headers.get("etag")}` },
        });
        expect(again.status, path).to.equal(304);
        expect(answers["304"], path).to.deep.equal({ $ref: "#/components/responses/Unchanged" });
      }
  });

  it("names values that are taken", async function () {
    this.timeout(120_000);
    const paths = [...catalogue.keys()].map((slug) => `/reports/${slug}.json`);
    for (const path of [...paths, "/reports/sales-dashboard.csv"]) {
      // The first value of each, the last of each, and what is given as an example.
      for (const pick of [0, -1, "example"] as const) {
        const query = new URLSearchParams();
        for (const { name, schema } of parametersOf(path).filter((one) => one !== undefined)) {
          const one = schema.items ?? schema;
          const presets = document.components.schemas.Period?.anyOf;
          const among = name === "period" ? presets?.[pick === "example" ? 1 : 0] : one;
          const value = pick === "example" ? among?.examples?.[0] : among?.enum?.at(pick);
          if (value !== undefined) query.set(name, String(value));
        }
        // How a spreadsheet is opened says nothing without one.
        if (query.has("locale")) query.set("dialect", "excel");
        // Its fiscal calendar may have none of this name.
        if (query.get("period")?.includes("fiscal")) query.delete("period");
        const response = await web.get(`${path}?${query}`, { method: "GET" });
        expect(response.status, `${path}?${query} ${await response.text()}`).to.equal(200);
      }
    }
  });

  it("has every parameter of how a download is written", () => {
    const named = ["csv", "json"].flatMap((format) =>
      parametersOf(`/reports/sales-dashboard.${format}`).map((one) => one?.name),
    );
    expect(named).to.include.members([...formParameters, "cf.tier"]);
  });

  it("says how each refusal looks, and which codes there are", async () => {
    const path = "/reports/sales-dashboard.json";
    const check = checker();
    const refusals: [string, RequestInit, number][] = [
      [`${path}?period=someday`, {}, 400],
      [`${path}?nothing=1`, {}, 400],
      [path, { headers: { Authorization: "Bearer none" } }, 401],
      ["/reports/nothing.json", {}, 404],
    ];
    for (const [address, init, status] of refusals) {
      const response = await web.get(address, init);
      expect(response.status, address).to.equal(status);
      const body = (await response.json()) as { error: { code: string } };
      const answer = document.paths[path]?.get.responses[status];
      if (!answer || !("$ref" in answer)) throw new Error(`${status} is not in the document`);
      const name = refName(answer.$ref);
      check(`responses/${name}/content/application~1json/schema`, body);
      const { description, headers = {} } = document.components.responses[name] ?? {};
      expect(description, address).to.contain(`\`${body.error.code}\``);
      for (const name of Object.keys(headers))
        expect(response.headers.has(name), name).to.equal(true);
    }
  });

  it("names its ways in, and tokens in addresses only where they open something", async () => {
    expect(Object.keys(document.components.securitySchemes)).to.deep.equal([
      "token",
      "tokenAsPassword",
      "session",
    ]);
    const open = await startWeb(db.pool, { addressTokens: true });
    servers.push(open);
    const { securitySchemes } = (await read(open)).components;
    expect(securitySchemes.tokenInAddress).to.include({ in: "query", name: "token" });
  });

  it("has only what its reader may see: reports, views, and the status", async () => {
    const support = await as("Support Manager");
    const { paths, components } = await read(support);
    expect(paths).to.include.keys("/reports/support-cases.csv", "/status.json");
    expect(paths).not.to.have.any.keys("/reports/sales-dashboard.csv", "/reports/leads.csv");
    expect(components.schemas).to.include.keys("reporting.support_cases");
    expect(components.schemas).not.to.have.any.keys(
      "reporting.sales_dashboard",
      "reporting.quotas",
    );
    const rep = await as("Sales Representative");
    const theirs = await read(rep);
    expect(theirs.paths).not.to.have.any.keys("/status.json", "/reports/cases.csv");
    // Names of others are not theirs either.
    expect(
      theirs.components.parameters["sales-dashboard.owner"]?.schema.items?.examples,
    ).to.have.length(2);
    const nobody = await fetch(`${web.url}/openapi.json`, { redirect: "manual" });
    expect(nobody.status).to.equal(401);
  });

  it("is the same on the page, in words", async () => {
    const response = await web.get("/docs");
    expect(response.status).to.equal(200);
    const html = await response.text();
    for (const path of Object.keys(document.paths)) expect(html).to.contain(`<code>${path}</code>`);
    for (const name of Object.keys(document.components.schemas))
      if (name.startsWith("reporting.")) expect(html).to.contain(`<code>${name}</code>`);
    for (const { name } of Object.values(document.components.parameters))
      expect(html).to.contain(`<code>${name}</code>`);
    expect(await (await web.get("/reports")).text()).to.contain('href="/docs"');
  });
});
