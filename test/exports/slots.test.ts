import { expect } from "chai";
import { createExportSlots } from "../../src/exports/slots.ts";
import { failureOf, rejection } from "../support/refusal.ts";

const stay = new AbortController().signal;

describe("export slots", () => {
  const hold = () => Promise.withResolvers<string>();

  it("run so many at once, and the next when one is done", async () => {
    const slots = createExportSlots(2);
    const [first, second, third] = [hold(), hold(), hold()];
    const begun: number[] = [];
    const run = (number: number, work: Promise<string>) =>
      slots.run(() => {
        begun.push(number);
        return work;
      }, stay);
    const one = run(1, first.promise);
    const two = run(2, second.promise);
    const three = run(3, third.promise);
    third.resolve("third");
    second.resolve("second");
    expect(await two).to.equal("second");
    expect(await three).to.equal("third");
    expect(begun).to.deep.equal([1, 2, 3]);
    first.resolve("first");
    expect(await one).to.equal("first");
  });

  it("give a place back when the work fails, and forget who went away", async () => {
    const slots = createExportSlots(1);
    const held = hold();
    const running = slots.run(() => held.promise, stay);
    const leaver = new AbortController();
    const gone = rejection(slots.run(async () => "never", leaver.signal));
    leaver.abort(new Error("gone"));
    expect((await gone).message).to.equal("gone");
    held.reject(new Error("broken"));
    expect((await rejection(running)).message).to.equal("broken");
    expect(await slots.run(async () => "free", stay)).to.equal("free");
  });

  it("say so when no place comes free in time", async () => {
    const slots = createExportSlots(1, { patienceMs: 20 });
    const held = hold();
    const running = slots.run(() => held.promise, stay);
    const error = await failureOf(slots.run(async () => "never", stay));
    expect(error).to.include({ code: "exports_busy", status: 503 });
    held.resolve("done");
    await running;
  });

  it("say so at once where enough are waiting", async () => {
    const slots = createExportSlots(1, { queue: 1 });
    const held = hold();
    const running = slots.run(() => held.promise, stay);
    const waiting = slots.run(async () => "next", stay);
    const error = await failureOf(slots.run(async () => "never", stay));
    expect(error).to.include({ code: "exports_busy", status: 503 });
    held.resolve("done");
    await running;
    expect(await waiting).to.equal("next");
  });
});
