import { expect } from "chai";
import { exact } from "../../src/render/exact.ts";
import { formatValue } from "../../src/render/format.ts";
import { cronInWords, freshnessModel } from "../../src/render/freshness.ts";
import { drawInterval, scaleOf } from "../../src/render/interval.ts";
import { fillNote, fillText } from "../../src/render/note.ts";
import type { Column } from "../../src/reports/column.ts";
import type { LoadedReport } from "../../src/reports/load.ts";

const locale = { currency: "USD", timeZone: "Europe/Berlin", language: "en-US" };
const shown = (type: Column["type"], value: unknown) => formatValue({ type }, value, locale);

describe("values on a page", () => {
  it("read names that a machine gave as words, and leave the value as it is", () => {
    expect(shown("name", "next_step_clarity")).to.equal("Next step clarity");
    expect(exact("name", "next_step_clarity")).to.equal("next_step_clarity");
  });

  it("are exact to the cent, beyond what a binary number holds", () => {
    expect(shown("amount", "12345678901234567.8900")).to.equal("$12,345,678,901,234,567.89");
    expect(shown("count", "9007199254740993")).to.equal("9,007,199,254,740,993");
    expect(formatValue({ type: "amount" }, "1234567.0000", locale, "short")).to.equal("$1.2M");
    expect(formatValue({ type: "amount" }, "1200.0000", locale, "whole")).to.equal("$1,200");
    expect(formatValue({ type: "amount" }, "4592357.7800", locale, "headline")).to.equal(
      "$4,592,358",
    );
    expect(formatValue({ type: "amount" }, "54.3000", locale, "headline")).to.equal("$54.30");
  });

  it("have the unit and the sign that people expect", () => {
    expect(shown("rate", "0.3819")).to.equal("38.2%");
    expect(shown("change", "-0.031")).to.equal("−3.1%");
    expect(shown("change", "0.124")).to.equal("+12.4%");
    expect(shown("points", "0.125")).to.equal("+12.5 pts");
    expect(shown("ratio", "2.345")).to.equal("2.3×");
    expect(shown("days", 1)).to.equal("1 day");
    expect(shown("days", "46.5")).to.equal("46.5 days");
    expect(shown("hours", 0.4)).to.equal("24 min");
    expect(shown("hours", 5.25)).to.equal("5.3 h");
    expect(shown("hours", 60)).to.equal("2.5 days");
    expect(shown("hours", -0.5)).to.equal("−30 min");
    expect(shown("month", "2026-09-01")).to.equal("Sep 2026");
    expect(shown("p_value", 0.0004)).to.equal("< 0.001");
    expect(shown("p_value", 0.0456)).to.equal("0.046");
    expect(shown("amount", null)).to.equal("–");
  });

  it("show days as they are and instants in the business zone", () => {
    expect(shown("date", "2026-03-29")).to.equal("Mar 29, 2026");
    expect(shown("time", "2026-11-21 23:30:00+00")).to.equal("Nov 22, 2026, 12:30 AM");
  });

  it("look as they do where the reader lives, and stay the same values", () => {
    const inGerman = { ...locale, language: "de-DE" };
    const write = (type: Column["type"], value: unknown) =>
      formatValue({ type }, value, inGerman).replaceAll("\u00a0", " ");
    expect(write("amount", "1234567.89")).to.equal("1.234.567,89 $");
    expect(write("rate", "0.1234")).to.equal("12,3 %");
    expect(write("date", "2026-03-29")).to.equal("29. März 2026");
    expect(write("time", "2026-11-21 23:30:00+00")).to.equal("22. Nov. 2026, 00:30");
    expect(write("amount", "9007199254740993.01")).to.equal("9.007.199.254.740.993,01 $");
  });
});

describe("notes", () => {
  const columns = [
    { key: "won", label: "Won", type: "amount", definition: "Won revenue." },
    { key: "change", label: "Change", type: "change", definition: "The change." },
    { key: "missing", label: "Missing", type: "count", definition: "Missing ones." },
    { key: "is_met", label: "Met", type: "boolean", definition: "Quota met." },
  ] satisfies Column[];
  const note = (template: string | string[], row: object) =>
    fillText(template, {
      columns,
      row: { ...row },
      locale,
      words: { period: "Q4", compare: undefined },
    });

  it("take the first alternative whose holes are filled", () => {
    const either = ["{won:short} against {compare}", "{won:short} in {period}", "nothing"];
    expect(note(either, { won: "1500" })).to.equal("$1.5K in Q4");
    expect(note(either, { won: null })).to.equal("nothing");
    expect(note("{won}", { won: null })).to.equal("");
  });

  it("speak of a count only above 0, and of a fact only when it holds", () => {
    expect(note("{missing:some} left out", { missing: "0" })).to.equal("");
    expect(note("{missing:some} left out", { missing: "3" })).to.equal("3 left out");
    expect(note(["{is_met:if}quota met", "open"], { is_met: true })).to.equal("quota met");
    expect(note(["{is_met:if}quota met", "open"], { is_met: false })).to.equal("open");
  });

  it("give a count its noun", () => {
    const template = "{missing|deal|deals} left out";
    expect(note(template, { missing: "1" })).to.equal("1 deal left out");
    expect(note(template, { missing: "1200" })).to.equal("1,200 deals left out");
    expect(note("{missing:some|deal|deals} left out", { missing: "0" })).to.equal("");
  });

  it("colour a change by what is good", () => {
    const tones = (template: string, change: string) =>
      fillNote(template, { columns, row: { change }, locale, words: {} }).map(({ tone }) => tone);
    expect(tones("{change:up}", "0.1")).to.deep.equal(["good"]);
    expect(tones("{change:up}", "-0.1")).to.deep.equal(["bad"]);
    expect(tones("{change:down}", "-0.1")).to.deep.equal(["good"]);
    expect(tones("{change:up}", "0")).to.deep.equal([undefined]);
  });
});

describe("intervals", () => {
  it("stand where their numbers are", () => {
    expect(drawInterval("0.4", "0.3", "0.55")).to.deep.equal({ low: 30, width: 25, at: 40 });
    expect(drawInterval(null, "0.3", "0.5")).to.equal(undefined);
    const scale = scaleOf(
      [
        { low: "4", high: "6" },
        { low: null, high: null },
        { low: "2", high: "3" },
      ],
      "low",
      "high",
    );
    expect(scale).to.deep.equal({ from: 1.6, to: 6.4 });
  });
});

describe("freshness", () => {
  const cuts = {
    mart: "signal_cut_points",
    asOf: "2026-11-21T09:42:10.123456Z",
    cron: "*/15 * * * *",
    isFailing: false,
  };
  const model = (now: string, part: Partial<typeof cuts> = {}, asOf = {}) =>
    freshnessModel(
      {
        freshness: { asOf: cuts.asOf, isLive: true, marts: [{ ...cuts, ...part }] },
        report: { asOf } as LoadedReport,
      },
      { now: () => new Date(now), timeZone: "Europe/Berlin" },
    );

  it("says when, in the business zone, and how often", () => {
    const [part] = model("2026-11-21T10:00:00Z").parts;
    expect(part).to.include({ text: "10:42", rhythm: "every 15 minutes" });
    const [later] = model("2026-11-22T10:00:00Z").parts;
    expect(later?.text).to.equal("21 Nov 2026, 10:42");
  });

  it("calls a part as its report does, and names those whose refresh failed", () => {
    expect(model("2026-11-21T10:00:00Z").parts[0]?.name).to.equal("signal cut points");
    const named = model(
      "2026-11-21T10:00:00Z",
      { isFailing: true },
      { signal_cut_points: "quartile cut points" },
    );
    expect(named.failing).to.equal("quartile cut points");
    expect(model("2026-11-21T10:00:00Z").failing).to.equal("");
  });

  it("reads the usual schedules and keeps silent about the rest", () => {
    expect(cronInWords("5 4 * * *")).to.equal("daily at 04:05");
    expect(cronInWords("0 * * * *")).to.equal("every hour");
    expect(cronInWords("0 4 * * 1")).to.equal(undefined);
  });
});
