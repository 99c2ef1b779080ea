import { expect } from "chai";
import { dateReader, timeReader } from "../../src/ingest/convert/date.ts";
import { namePart, slug } from "../../src/ingest/convert/name.ts";
import { integerReader, numberReader } from "../../src/ingest/convert/number.ts";
import { Refusal } from "../../src/ingest/convert/refusal.ts";
import { field } from "../../src/ingest/mapping/field.ts";

const MONEY = { precision: 19, scale: 4 };
const numberFormat = (number: object) => field.parse({ column: "x", number }).number;
const shown = (value: string | Refusal) =>
  value instanceof Refusal ? `refused: ${value.reason}` : value;

describe("numbers", () => {
  it("keep every digit", () => {
    const read = numberReader(undefined, MONEY);
    for (const [text, expected] of [
      ["0.1", "0.1"],
      ["-12", "-12"],
      ["+7.50", "7.50"],
      [".5", "0.5"],
      ["5.", "5"],
      ["-0.0001", "-0.0001"],
      ["123456789012345.6789", "123456789012345.6789"],
    ] as const) {
      expect(read(text), text).to.equal(expected);
    }
  });

  it("refuse what is none, does not fit, or would be rounded", () => {
    const read = numberReader(undefined, MONEY);
    for (const text of [
      "1,5",
      "1e3",
      "12x",
      "--1",
      "NaN",
      "Infinity",
      "1.2.3",
      "0x10",
      "１２",
      "1 000",
    ]) {
      expect(shown(read(text)), text).to.match(/is not a number/);
    }
    expect(shown(read("1234567890123456"))).to.match(/too large: 15 digits/);
    expect(shown(read("1.00001"))).to.match(/more than 4 decimal places/);
    expect(read("1.00000")).to.equal("1.0000");
  });

  it("follow the file's notation", () => {
    const german = numberReader(numberFormat({ decimal: ",", group: "." }), MONEY);
    expect(german("1.234.567,89")).to.equal("1234567.89");
    expect(german("12,5")).to.equal("12.5");
    expect(shown(german("1.5"))).to.match(
      /is not a number with decimal sign "," and groups by "\."/,
    );
    expect(shown(german("1.2345"))).to.match(/is not a number/);
    const dollars = numberReader(numberFormat({ ignore: "$", group: "," }), MONEY);
    expect(dollars("$ 1,200.50")).to.equal("1200.50");
    expect(shown(dollars("1,20.50"))).to.match(/is not a number/);
  });

  it("scale exactly, and round only when told to", () => {
    expect(numberReader(numberFormat({ scale: 1000000 }), MONEY)("1100.04")).to.equal(
      "1100040000.00",
    );
    expect(numberReader(numberFormat({ scale: 0.01 }), { precision: 5, scale: 4 })("33")).to.equal(
      "0.33",
    );
    const third = numberFormat({ scale: "0.01", round: true });
    expect(numberReader(third, { precision: 5, scale: 4 })("33.335")).to.equal("0.3334");
    expect(numberReader(third, { precision: 5, scale: 4 })("-33.335")).to.equal("-0.3334");
  });

  it("are whole where the column is", () => {
    const read = integerReader(undefined, 4);
    expect(read("2147483647")).to.equal("2147483647");
    expect(shown(read("2147483648"))).to.match(/is outside -2147483648 to 2147483647/);
    expect(shown(read("1.5"))).to.match(/is not a whole number/);
    expect(read("3.0")).to.equal("3");
  });
});

describe("dates", () => {
  const iso = dateReader({ formats: undefined, zone: "UTC" });
  const german = dateReader({ formats: ["dd.MM.yyyy"], zone: "UTC" });

  it("are days of the calendar", () => {
    expect(iso("2024-02-29")).to.equal("2024-02-29");
    for (const text of [
      "2023-02-29",
      "2023-13-01",
      "2023-1-1",
      "0000-01-01",
      "01.02.2023",
      "2023-04-31",
      "20230401",
    ]) {
      expect(shown(iso(text)), text).to.match(/is not a date/);
    }
  });

  it("are read strictly in the format named", () => {
    expect(german("01.02.2023")).to.equal("2023-02-01");
    for (const text of ["1.2.2023", "31.02.2023", "2023-02-01", "01.02.23", "01.02.2023 "]) {
      expect(shown(german(text)), text).to.match(/is not a date in the format dd\.MM\.yyyy/);
    }
    expect(
      dateReader({ formats: ["dd/MM/yyyy", "yyyy-MMM-dd"], zone: "UTC" })("2010-may-01"),
    ).to.equal("2010-05-01");
  });
});

describe("times", () => {
  const berlin = timeReader({ formats: undefined, zone: "Europe/Berlin" });

  it("begin a day in the zone", () => {
    expect(berlin("2023-07-01")).to.equal("2023-06-30T22:00:00.000000+00");
    expect(berlin("2023-01-01T12:30")).to.equal("2023-01-01T11:30:00.000000+00");
  });

  it("keep an offset of their own, and microseconds", () => {
    expect(berlin("2023-01-01T12:30:00.123456Z")).to.equal("2023-01-01 12:30:00.123456+00");
    expect(berlin("2023-01-01 12:30:00+05:30")).to.equal("2023-01-01 12:30:00.000000+05:30");
  });

  it("refuse an hour that the clocks skipped", () => {
    expect(shown(berlin("2023-03-26 02:30"))).to.match(/does not exist in Europe\/Berlin/);
    const american = timeReader({ formats: ["MM/dd/yyyy hh:mm a"], zone: "America/New_York" });
    expect(american("07/04/2023 09:00 AM")).to.equal("2023-07-04T13:00:00.000Z");
    expect(shown(american("03/12/2023 02:30 AM"))).to.match(/that exists in America\/New_York/);
    expect(shown(american("07/04/2023 9:00 AM"))).to.match(/is not a time/);
  });

  it("refuse what is no time", () => {
    for (const text of [
      "2023-01-01T25:00",
      "2023-01-01T12:60",
      "noon",
      "2023-02-30T10:00Z",
      "2023-01-01T10:00+99:00",
    ]) {
      expect(shown(berlin(text)), text).to.match(/is not a time/);
    }
  });
});

describe("names", () => {
  it("are split at the last space or at the comma", () => {
    const parts = (full: string) => [namePart(full, "first_name"), namePart(full, "last_name")];
    expect(parts("Mei-Mei Johns")).to.deep.equal(["Mei-Mei", "Johns"]);
    expect(parts("Anna Maria Berg")).to.deep.equal(["Anna Maria", "Berg"]);
    expect(parts("Berg, Anna Maria")).to.deep.equal(["Anna Maria", "Berg"]);
    expect(parts("Cher")).to.deep.equal(["", "Cher"]);
  });

  it("become fit for an address", () => {
    expect(slug("Zoë O'Hara")).to.equal("zoe-o-hara");
  });
});
