import { chmod, cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { runImport } from "../../src/ingest/run.ts";
import { EXAMPLES, readText, skipWithout, Workbench } from "./support.ts";

interface Breakage {
  mend: (line: string) => string;
  column: string;
  reason: RegExp;
}

/** What is done to a won deal, and the reason that must come back. */
const BROKEN: readonly Breakage[] = [
  {
    mend: (line) => line.replace(/^[^,]*/, ""),
    column: "opportunity_id",
    reason: /^external_id is needed/,
  },
  {
    mend: (line) => line.replace(/,Won,|,Lost,/, ",Wun,"),
    column: "deal_stage",
    reason: /"Wun" is not in the value map: Prospecting/,
  },
  {
    mend: (line) => line.replace(/[^,]*$/, "12x4"),
    column: "close_value",
    reason: /"12x4" is not a number/,
  },
  {
    mend: (line) => line.replace(/(\d{4})-\d\d-\d\d,(\d+)$/, "$1-02-30,$2"),
    column: "close_date",
    reason: /"\d{4}-02-30" is not a date in the format yyyy-MM-dd/,
  },
  {
    mend: (line) => line.replace(/^([^,]*),[^,]*/, "$1,Nobody Known"),
    column: "sales_agent",
    reason: /there is no user with the external id "agent: Nobody Known"/,
  },
  {
    mend: (line) => `${line},extra`,
    column: "",
    reason: /has 9 values where the header has 8 columns/,
  },
  {
    mend: (line) => line.replace(/[^,]*,(\d+)$/, ",$1"),
    column: "close_date",
    reason: /a closed deal needs a close date/,
  },
  {
    mend: () => "1C1I7A6R,Moses Frase,GTX Plus Basic,Cancity,Won,2016-10-20,2017-03-01,1054",
    column: "opportunity_id",
    reason: /the same opportunity as in line 2/,
  },
  {
    mend: (line) => line.replace(/^([^,]*,)([^,]*)/, '$1"$2'),
    column: "",
    reason: /a quote opens here and is never closed/,
  },
  {
    mend: (line) => line.replace(/[^,]*$/, "99999999999999999"),
    column: "close_value",
    reason: /is too large: 15 digits at most/,
  },
];

describe("ten rows broken in ten ways", () => {
  /** By line of the file. */
  const broken = new Map<number, Breakage>();
  let data: string;
  let folder: string;
  let bench: Workbench;

  before(async function () {
    const original = skipWithout.call(this, "maven_crm");
    bench = await Workbench.open();
    folder = join(bench.folder, "broken");
    data = join(folder, "sales_pipeline.csv");
    await cp(original, folder, { recursive: true });
    await chmod(folder, 0o755);
    await chmod(data, 0o644);
    const lines = (await readText(data)).split("\n");
    for (const [index, { mend }] of BROKEN.entries()) {
      const at = lines.findIndex((line, at) => at > 100 * (index + 1) && line.includes(",Won,"));
      broken.set(at + 1, BROKEN[index] as Breakage);
      const before = lines[at] ?? "";
      lines[at] = mend(before);
      expect(lines[at], `line ${at + 1}`).not.to.equal(before);
    }
    await writeFile(data, lines.join("\n"));
  });

  after(() => bench?.close());

  const load = (options: object) =>
    runImport(bench.pool, join(EXAMPLES, "maven-crm.json"), {
      dataDir: folder,
      rejects: join(bench.folder, "rejects.csv"),
      ...options,
    });

  it("load nothing with --strict, and are all named", async () => {
    const result = await load({ strict: true });
    expect(result).to.include({ loaded: false, rejected: 10 });
    expect(
      await bench.value(
        "SELECT (SELECT count(*) FROM crm.opportunities) + (SELECT count(*) FROM crm.users)",
      ),
    ).to.equal("0");
    expect((await readText(join(bench.folder, "rejects.csv"))).trim().split("\n")).to.have.length(
      11,
    );
  });

  it("give ten reasons, and the others are loaded", async () => {
    const result = await load({});
    expect(result).to.include({ loaded: true, rejected: 10 });
    expect(await bench.value("SELECT count(*)::integer FROM crm.opportunities")).to.equal(8790);
    const rejects = parse(await readText(join(bench.folder, "rejects.csv")), {
      columns: true,
    }) as Record<string, string>[];
    expect(rejects.map(({ line }) => Number(line))).to.deep.equal([...broken.keys()]);
    for (const { line, column, reason, file } of rejects) {
      const expected = broken.get(Number(line));
      expect(file).to.equal("sales_pipeline.csv");
      expect(column, `line ${line}: ${reason}`).to.equal(expected?.column);
      expect(reason, `line ${line}`).to.match(expected?.reason ?? /^$/);
    }
    expect(new Set(rejects.map(({ reason }) => reason))).to.have.property("size", 10);
  });
});
