import { expect } from "chai";
import { parseComparison } from "../../src/reports/compare.ts";
import type { FiscalPeriod } from "../../src/reports/fiscal.ts";
import { parsePeriod } from "../../src/reports/period.ts";
import { refusal } from "../support/refusal.ts";

const compare = (
  choice: string,
  period: string,
  today: string,
  calendar: FiscalPeriod[] = [],
): string | undefined => {
  const found = parseComparison(choice, parsePeriod(period, today, calendar), calendar);
  return found && `${found.from} ${found.through}: ${found.label}`;
};

describe("comparisons", () => {
  it("hold a period to date against as many days of the one before", () => {
    expect(compare("previous", "this_quarter", "2026-11-21")).to.equal(
      "2026-07-01 2026-08-21: Q3 2026, same 52 days",
    );
    expect(compare("previous", "this_week", "2026-11-16")).to.equal(
      "2026-11-09 2026-11-09: Week 46 of 2026, same 1 day",
    );
    expect(compare("last_year", "this_month", "2026-11-21")).to.equal(
      "2025-11-01 2025-11-21: November 2025, same 21 days",
    );
  });

  it("stop at the end of a shorter period", () => {
    expect(compare("previous", "this_month", "2026-03-30")).to.equal(
      "2026-02-01 2026-02-28: February 2026, all 28 days",
    );
    expect(compare("previous", "this_month", "2028-03-30")).to.equal(
      "2028-02-01 2028-02-29: February 2028, all 29 days",
    );
  });

  it("hold a whole period against a whole one, whatever their lengths", () => {
    expect(compare("previous", "this_month", "2026-03-31")).to.equal(
      "2026-02-01 2026-02-28: February 2026",
    );
    expect(compare("previous", "last_month", "2026-04-30")).to.equal(
      "2026-02-01 2026-02-28: February 2026",
    );
    expect(compare("last_year", "last_year", "2026-11-21")).to.equal("2024-01-01 2024-12-31: 2024");
  });

  it("keep weekdays when weeks go back a year", () => {
    expect(compare("last_year", "last_week", "2027-01-05")).to.equal(
      "2025-12-29 2026-01-04: Week 1 of 2026",
    );
  });

  it("move rolling and own periods by their length, or by a year", () => {
    expect(compare("previous", "last_30_days", "2026-11-21")).to.equal(
      "2026-09-23 2026-10-22: 30 days to 22 Oct 2026",
    );
    expect(compare("previous", "last_12_months", "2026-11-21")?.slice(0, 21)).to.equal(
      "2024-11-22 2025-11-21",
    );
    expect(compare("previous", "2026-01-01..2026-01-10", "2026-11-21")).to.equal(
      "2025-12-22 2025-12-31: 22 Dec to 31 Dec 2025",
    );
    expect(compare("last_year", "2028-02-29..2028-03-02", "2030-01-01")).to.equal(
      "2027-02-28 2027-03-02: 28 Feb to 2 Mar 2027",
    );
  });

  it("find the same place in the fiscal year before", () => {
    const calendar: FiscalPeriod[] = [];
    for (const year of [2025, 2026])
      for (const [name, starts, ends] of [
        ["Q1", "02-02", "05-03"],
        ["Q2", "05-04", "08-02"],
      ])
        calendar.push({
          kind: "quarter",
          name: `FY${year} ${name}`,
          fiscal_year: year,
          starts_on: `${year}-${starts}`,
          ends_on: `${year}-${ends}`,
        });
    expect(compare("last_year", "fiscal_quarter", "2026-05-10", calendar)).to.equal(
      "2025-05-04 2025-05-10: FY2025 Q2, same 7 days",
    );
    expect(compare("previous", "fiscal_quarter", "2026-05-10", calendar)).to.equal(
      "2026-02-02 2026-02-08: FY2026 Q1, same 7 days",
    );
    expect(compare("previous", "fiscal_quarter", "2025-03-01", calendar)).to.equal(undefined);
  });

  it("leave out what has nothing to be held against", () => {
    expect(compare("none", "this_year", "2026-11-21")).to.equal(undefined);
    expect(compare("previous", "all", "2026-11-21")).to.equal(undefined);
    expect(compare("previous", "2027-01-01..2027-01-31", "2026-11-21")).to.equal(undefined);
    expect(refusal(() => compare("yesterday", "this_year", "2026-11-21"))).to.deep.include({
      parameter: "compare",
      allowed: ["previous", "last_year", "none"],
    });
  });
});
