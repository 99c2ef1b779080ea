import { expect } from "chai";
import { checkRows, MOST_ROWS, toXlsx } from "../../src/render/xlsx.ts";
import type { Row } from "../../src/reports/batches.ts";
import type { Column, ColumnType } from "../../src/reports/column.ts";
import { refusal, rejection } from "../support/refusal.ts";
import { exactOf, readSheet } from "../support/workbook.ts";

const column = (type: ColumnType): Column => ({
  key: "value",
  label: "Value",
  type,
  definition: "A value that is written.",
});

describe("a workbook", () => {
  const written = async (
    columns: readonly Column[],
    batches: AsyncIterable<Row[]>,
    timeZone = "Europe/Berlin",
  ) => {
    const pieces: Buffer[] = [];
    const about = [["Report", "Tests"]] as const;
    for await (const piece of toXlsx(columns, batches, { title: "Rows: all", about, timeZone }))
      pieces.push(piece);
    return new Uint8Array(Buffer.concat(pieces));
  };
  async function* oneBatch(rows: Row[]) {
    yield rows;
  }
  const cellOf = async (type: ColumnType, value: unknown, timeZone?: string) => {
    const file = await written([column(type)], oneBatch([{ value }]), timeZone);
    const cell = readSheet(file)[1]?.[0];
    if (!cell) throw new Error("no cell");
    return { ...cell, exact: exactOf(cell, type, timeZone ?? "Europe/Berlin") };
  };

  it("keeps every digit: as a number where a spreadsheet does, else as a text", async () => {
    expect(await cellOf("amount", "-12.5000")).to.include({ type: "n", value: "-12.5000" });
    expect(await cellOf("amount", "999999999999.9900")).to.include({ type: "n" });
    const long = "9007199254740993.0100";
    expect(await cellOf("amount", long)).to.include({ type: "inlineStr", value: long });
    expect(await cellOf("number", 1e-7)).to.include({ type: "n", value: "1e-7" });
    expect(await cellOf("number", Number.NaN)).to.include({ type: "inlineStr", value: "NaN" });
  });

  it("has texts as texts, whatever they look like, and no formula", async () => {
    const texts = ["=1+2", "@SUM(A1)", "+44 20", "-1", "007", "<&>\"'", " two  spaces ", "a\nb"];
    for (const text of [...texts, "tab\t", "😀", "\u0001\u0000", "_x0041_", "\ud800", ""])
      expect(await cellOf("text", text), text).to.include({ type: "inlineStr", value: text });
    expect(await cellOf("text", null)).to.include({ type: undefined, value: null });
  });

  it("has days as days and instants as clocks in the business zone showed them", async () => {
    expect(await cellOf("date", "2026-03-29")).to.include({ value: "46110", exact: "2026-03-29" });
    expect(await cellOf("date", "1900-02-28")).to.include({ type: "inlineStr" });
    const instant = "2026-03-29 00:30:00+00";
    expect(await cellOf("time", instant)).to.include({ type: "n" });
    expect(Number((await cellOf("time", instant)).value)).to.be.closeTo(46110 + 1.5 / 24, 1e-9);
    expect(
      new Date((await cellOf("time", instant, "Asia/Kolkata")).exact ?? "").toISOString(),
    ).to.equal("2026-03-29T00:30:00.000Z");
    expect(await cellOf("boolean", true)).to.include({ type: "b", value: "1" });
  });

  it("has the hour that clocks showed on the day that they are changed, before and after", async () => {
    const hours = async (instants: string[], zone: string) =>
      Promise.all(
        instants.map(async (instant) => {
          const { value } = await cellOf("time", instant, zone);
          return Math.round((Number(value) % 1) * 24);
        }),
      );
    const spring = ["2026-03-29 00:00:00+00", "2026-03-29 01:00:00+00", "2026-03-30 01:00:00+00"];
    expect(await hours(spring, "Europe/Berlin")).to.deep.equal([1, 3, 3]);
    const autumn = ["2026-11-01 05:00:00+00", "2026-11-01 06:00:00+00", "2026-10-31 06:00:00+00"];
    expect(await hours(autumn, "America/New_York")).to.deep.equal([1, 1, 2]);
  });

  it("has days and instants that a spreadsheet does not know as texts", async () => {
    for (const never of ["infinity", "-infinity"]) {
      expect(await cellOf("date", never)).to.include({ type: "inlineStr", value: never });
      expect(await cellOf("time", never)).to.include({ type: "inlineStr", value: never });
    }
    expect(await cellOf("date", "9999-12-31")).to.include({ type: "n", value: "2958465" });
    expect(await cellOf("date", "10000-01-01")).to.include({ type: "inlineStr" });
  });

  it("says on its second sheet what it is of, and what its columns mean", async () => {
    const file = await written([column("count")], oneBatch([]));
    const lines = readSheet(file, 2).map((row) => row.map(({ value }) => value).join("|"));
    expect(lines).to.include("Report|Tests|").and.include("Value|value|A value that is written.");
  });

  it("is none when its rows fail", async () => {
    async function* failing() {
      yield [{ value: 1 }];
      throw new Error("the server went away");
    }
    expect((await rejection(written([column("count")], failing()))).message).to.equal(
      "the server went away",
    );
  });

  it("is not begun for more rows than a sheet holds", () => {
    checkRows(MOST_ROWS);
    expect(refusal(() => checkRows(MOST_ROWS + 1))).to.deep.include({
      code: "too_many_rows_for_xlsx",
      status: 400,
      allowed: ["csv", "json", "ndjson"],
    });
  });

  it("is refused with a text that no cell holds, rather than cut", async () => {
    const error = await rejection(cellOf("text", "x".repeat(32_768)));
    expect(error).to.include({ code: "too_long_for_xlsx" });
  });
});
