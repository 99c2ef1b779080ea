import { expect } from "chai";
import { dayIn } from "../../src/reports/day.ts";
import type { FiscalPeriod } from "../../src/reports/fiscal.ts";
import { parsePeriod } from "../../src/reports/period.ts";
import { refusal } from "../support/refusal.ts";

const days = (value: string, today: string, calendar: FiscalPeriod[] = []) => {
  const { from, to, through } = parsePeriod(value, today, calendar);
  return `${from} ${to} through ${through}`;
};

describe("periods", () => {
  it("begin and end with their calendar unit, in mid-week and on its edges", () => {
    expect(days("this_week", "2026-11-18")).to.equal("2026-11-16 2026-11-22 through 2026-11-18");
    expect(days("this_week", "2026-11-16")).to.equal("2026-11-16 2026-11-22 through 2026-11-16");
    expect(days("this_week", "2026-11-22")).to.equal("2026-11-16 2026-11-22 through 2026-11-22");
    expect(days("last_week", "2026-11-18")).to.equal("2026-11-09 2026-11-15 through 2026-11-15");
    expect(days("last_month", "2026-03-31")).to.equal("2026-02-01 2026-02-28 through 2026-02-28");
    expect(days("this_quarter", "2026-11-21")).to.equal("2026-10-01 2026-12-31 through 2026-11-21");
    expect(days("last_quarter", "2026-01-01")).to.equal("2025-10-01 2025-12-31 through 2025-12-31");
    expect(days("last_year", "2026-01-01")).to.equal("2025-01-01 2025-12-31 through 2025-12-31");
  });

  it("are one day where one is named", () => {
    expect(days("2026-11-03", "2026-11-21")).to.equal("2026-11-03 2026-11-03 through 2026-11-03");
    for (const value of ["2026-11-03", "2026-11-03..2026-11-03"])
      expect(parsePeriod(value, "2026-11-21", []).value).to.equal("2026-11-03");
    for (const value of ["2026-11-31", "2026-11-03..", "..2026-11-03", ".."])
      expect(refusal(() => parsePeriod(value, "2026-11-21", []))).to.include({
        code: "bad_parameter",
      });
  });

  it("know leap days", () => {
    expect(days("this_month", "2028-02-10")).to.equal("2028-02-01 2028-02-29 through 2028-02-10");
    expect(days("last_12_months", "2028-02-29")).to.equal(
      "2027-03-01 2028-02-29 through 2028-02-29",
    );
    expect(days("2028-02-29..2028-03-01", "2030-01-01")).to.equal(
      "2028-02-29 2028-03-01 through 2028-03-01",
    );
    expect(refusal(() => parsePeriod("2027-02-29..2027-03-01", "2030-01-01", []))).to.include({
      code: "bad_parameter",
      parameter: "period",
    });
  });

  it("name ISO weeks by the year of their Thursday", () => {
    expect(parsePeriod("this_week", "2027-01-02", []).label).to.equal("Week 53 of 2026 to date");
    expect(parsePeriod("last_week", "2027-01-05", []).label).to.equal("Week 53 of 2026");
    expect(parsePeriod("this_week", "2024-12-31", []).label).to.equal("Week 1 of 2025 to date");
  });

  it("say how much of them has gone", () => {
    const quarter = parsePeriod("this_quarter", "2026-11-21", []);
    expect(quarter).to.include({ elapsedDays: 52, days: 92, isPartial: true });
    expect(quarter.label).to.equal("Q4 2026 to date");
    const last = parsePeriod("this_quarter", "2026-12-31", []);
    expect(last).to.include({ elapsedDays: 92, isPartial: false, label: "Q4 2026" });
    const future = parsePeriod("2027-01-01..2027-01-31", "2026-11-21", []);
    expect(future).to.include({ elapsedDays: 0, isPartial: true, label: "1 Jan to 31 Jan 2027" });
    expect(parsePeriod("all", "2026-11-21", [])).to.include({ days: undefined, isPartial: false });
  });

  it("roll: the last days end with today", () => {
    expect(days("last_30_days", "2026-03-01")).to.equal("2026-01-31 2026-03-01 through 2026-03-01");
    expect(days("last_90_days", "2026-11-21").slice(0, 10)).to.equal("2026-08-24");
  });

  it("take fiscal periods from the calendar, whatever their length", () => {
    const weeks13 = (name: string, year: number, starts_on: string, ends_on: string) =>
      ({ kind: "quarter", name, fiscal_year: year, starts_on, ends_on }) as const;
    const calendar = [
      weeks13("FY2027 Q1", 2027, "2026-11-02", "2027-01-31"),
      weeks13("FY2026 Q4", 2026, "2026-08-03", "2026-11-01"),
    ];
    expect(days("fiscal_quarter", "2026-11-21", calendar)).to.equal(
      "2026-11-02 2027-01-31 through 2026-11-21",
    );
    expect(days("last_fiscal_quarter", "2026-11-21", calendar)).to.equal(
      "2026-08-03 2026-11-01 through 2026-11-01",
    );
    expect(parsePeriod("fiscal_quarter", "2026-11-21", calendar).label).to.equal(
      "FY2027 Q1 to date",
    );
    expect(refusal(() => parsePeriod("fiscal_year", "2026-11-21", calendar))).to.include({
      parameter: "period",
    });
  });

  it("are called by the name of a fiscal period, whole or to date", () => {
    const quarter = (name: string, starts_on: string, ends_on: string) =>
      ({ kind: "quarter", name, fiscal_year: 2026, starts_on, ends_on }) as const;
    const calendar = [
      quarter("FY2026 Q3", "2026-07-01", "2026-09-30"),
      quarter("FY2026 Q4", "2026-10-01", "2026-12-31"),
    ];
    expect(days("FY2026 Q3", "2026-11-21", calendar)).to.equal(
      "2026-07-01 2026-09-30 through 2026-09-30",
    );
    const running = parsePeriod("FY2026 Q4", "2026-11-21", calendar);
    expect(running).to.include({ label: "FY2026 Q4 to date", isPartial: true });
    expect(running.shape).to.deep.equal({ kind: "fiscal", unit: "quarter" });
    const error = refusal(() => parsePeriod("FY2026 Q5", "2026-11-21", calendar));
    expect(error.allowed).to.include("FY2026 Q4");
  });

  it("refuse what is none, and say what is", () => {
    const wrong = ["x", "", "2026-13-01..2026-13-02", "2026-02-01..2026-01-01", "a..b"];
    for (const value of [...wrong, "toString", "2026-01-01..2026-01-02..2026-01-03"]) {
      const error = refusal(() => parsePeriod(value, "2026-11-21", []));
      expect(error, value).to.include({ code: "bad_parameter", status: 400, parameter: "period" });
      expect(error.allowed).to.include("this_quarter");
    }
  });

  it("see today in the business zone, also where clocks change", () => {
    expect(dayIn(new Date("2026-11-21T23:30:00Z"), "Europe/Berlin")).to.equal("2026-11-22");
    expect(dayIn(new Date("2026-11-21T23:30:00Z"), "America/New_York")).to.equal("2026-11-21");
    // Clocks go forward in Berlin at 01:00Z on 29 March 2026: the day has 23 hours.
    expect(dayIn(new Date("2026-03-28T22:59:59Z"), "Europe/Berlin")).to.equal("2026-03-28");
    expect(dayIn(new Date("2026-03-28T23:00:00Z"), "Europe/Berlin")).to.equal("2026-03-29");
    expect(dayIn(new Date("2026-03-29T21:59:59Z"), "Europe/Berlin")).to.equal("2026-03-29");
    expect(dayIn(new Date("2026-03-29T22:00:00Z"), "Europe/Berlin")).to.equal("2026-03-30");
    // Samoa has no 30 December 2011.
    expect(dayIn(new Date("2011-12-30T09:59:59Z"), "Pacific/Apia")).to.equal("2011-12-29");
    expect(dayIn(new Date("2011-12-30T10:00:00Z"), "Pacific/Apia")).to.equal("2011-12-31");
  });
});
