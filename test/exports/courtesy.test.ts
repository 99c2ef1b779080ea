import { setImmediate as nextTurn } from "node:timers/promises";
import { expect } from "chai";
import { createCourtesy } from "../../src/exports/courtesy.ts";

describe("courtesy of exports", () => {
  const isAtOnce = (work: Promise<void>) => Promise.race([work.then(() => true), nextTurn(false)]);

  it("lets pages go first, for a moment, and no longer than they take", async () => {
    const courtesy = createCourtesy(2);
    const overs = [courtesy.beginExport(), courtesy.beginExport()];
    expect(await isAtOnce(courtesy.turn())).to.equal(true);
    const left = [courtesy.beginPage(), courtesy.beginPage()];
    // However long a page takes.
    await courtesy.turn();
    const waiting = courtesy.turn();
    left[0]?.();
    left[0]?.();
    expect(await isAtOnce(waiting)).to.equal(false);
    left[1]?.();
    expect(await isAtOnce(waiting)).to.equal(true);
    expect(await isAtOnce(courtesy.turn())).to.equal(true);
    for (const over of overs) over();
  });

  it("asks nothing of exports that leave half of the machine", async () => {
    const courtesy = createCourtesy(4);
    const overs = [courtesy.beginExport(), courtesy.beginExport()];
    courtesy.beginPage();
    expect(await isAtOnce(courtesy.turn())).to.equal(true);
    overs.push(courtesy.beginExport());
    expect(await isAtOnce(courtesy.turn())).to.equal(false);
    overs[0]?.();
    expect(await isAtOnce(courtesy.turn())).to.equal(true);
  });
});
