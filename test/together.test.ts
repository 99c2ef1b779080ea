import { expect } from "chai";
import { together } from "../src/together.ts";

/** Looks that end when they are told to, and say how many began before them. */
function looksByHand() {
  const ends: (() => void)[] = [];
  const begun: Promise<void>[] = [];
  const begins: (() => void)[] = [];
  for (let count = 0; count < 3; count += 1)
    begun.push(new Promise((resolve) => begins.push(resolve)));
  let count = 0;
  const look = () => {
    const mine = count;
    count += 1;
    begins[mine]?.();
    return new Promise<number>((resolve) => {
      ends[mine] = () => resolve(mine);
    });
  };
  return { look, begun, end: (which: number) => ends[which]?.(), count: () => count };
}

describe("looks that are shared", () => {
  it("answer all that have asked before they began, and nobody who asks later", async () => {
    const { look, begun, end, count } = looksByHand();
    const ask = together<number>();
    const first = [ask("a", look), ask("a", look)];
    await begun[0];
    const later = [ask("a", look), ask("a", look)];
    end(0);
    expect(await Promise.all(first)).to.deep.equal([0, 0]);
    await begun[1];
    end(1);
    expect(await Promise.all(later)).to.deep.equal([1, 1]);
    expect(count()).to.equal(2);
  });

  it("are of one question each", async () => {
    const ask = together<string>();
    const answers = ["a", "b"].map((key) => ask(key, async () => key));
    expect(await Promise.all(answers)).to.deep.equal(["a", "b"]);
  });

  it("fail for those who share them, and for nobody after", async () => {
    const { look, begun, end } = looksByHand();
    const ask = together<number>();
    const refused = async (): Promise<number> => {
      await look();
      throw new Error("refused");
    };
    const failing = [ask("a", refused), ask("a", refused)];
    const outcomes = Promise.allSettled(failing);
    await begun[0];
    const next = ask("a", look);
    end(0);
    expect((await outcomes).map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
    await begun[1];
    end(1);
    expect(await next).to.equal(1);
  });
});
