import { expect } from "chai";
import { linesAt } from "../../src/render/chart-annotations.ts";
import { type Annotation, daysOf } from "../../src/reports/annotations.ts";

describe("days of a chart", () => {
  it("are those that its points stand for", () => {
    const cases: [string, string[], [string, string] | undefined][] = [
      ["no point", [], undefined],
      ["a single one", ["2026-11-02"], ["2026-11-02", "2026-11-02"]],
      ["days", ["2026-11-02", "2026-11-03", "2026-11-04"], ["2026-11-02", "2026-11-04"]],
      [
        "some days",
        ["2026-11-02", "2026-11-05", "2026-11-08", "2026-11-10"],
        ["2026-11-02", "2026-11-10"],
      ],
      ["weeks", ["2026-11-16", "2026-11-02", "2026-11-09"], ["2026-11-02", "2026-11-22"]],
      ["months", ["2026-01-01", "2026-02-01", "2026-03-01"], ["2026-01-01", "2026-03-31"]],
      ["months of a leap year", ["2028-01-01", "2028-02-01"], ["2028-01-01", "2028-02-29"]],
    ];
    for (const [what, points, expected] of cases) {
      const days = daysOf([...points, ...points]);
      expect(days && [days.from, days.through], what).to.deep.equal(expected);
    }
  });

  it("have lines where they stand among the points, one for each day", () => {
    const note = (day: string, number: number) => ({
      ...({
        id: "",
        day,
        text: "",
        visibility: "everyone",
        authorId: "",
        author: "",
      } as Annotation),
      number,
    });
    const weeks = ["2026-11-02", "2026-11-09", "2026-11-16"];
    const notes = ["2026-11-02", "2026-11-04", "2026-11-04", "2026-11-09", "2026-11-20"];
    expect(
      linesAt(
        weeks,
        notes.map((day, index) => note(day, index + 1)),
      ),
    ).to.deep.equal([
      { at: 0, label: "1" },
      { at: 0.286, label: "2–3" },
      { at: 1, label: "4" },
      { at: 2, label: "5" },
    ]);
  });
});
