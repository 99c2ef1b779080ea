import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { shared } from "../../src/web/shared.ts";
import { rejection } from "../support/refusal.ts";

describe("what is shared", () => {
  const asks = () => {
    const pending: PromiseWithResolvers<number>[] = [];
    const read = () => {
      const next = Promise.withResolvers<number>();
      pending.push(next);
      return next.promise;
    };
    return { pending, read };
  };

  it("is asked once for all who come while it is under way or fresh", async () => {
    const { pending, read } = asks();
    const get = shared(read, { keepMs: 60_000, patienceMs: 60_000 });
    const both = [get(), get()];
    pending[0]?.resolve(1);
    expect(await Promise.all([...both, get()])).to.deep.equal([1, 1, 1]);
    expect(pending).to.have.length(1);
  });

  it("is asked again when it has grown old, or failed", async () => {
    const { pending, read } = asks();
    const get = shared(read, { keepMs: 1, patienceMs: 60_000 });
    const first = get();
    pending[0]?.resolve(1);
    await first;
    while (pending.length < 2) {
      await delay(1);
      get().catch(() => {});
    }
    pending[1]?.reject(new Error("gone"));
    expect((await rejection(get())).message).to.equal("gone");
    get().catch(() => {});
    expect(pending).to.have.length(3);
    pending[2]?.resolve(3);
  });

  it("is not waited for without end, nor asked meanwhile", async () => {
    const { pending, read } = asks();
    const get = shared(read, { keepMs: 1, patienceMs: 5 });
    for (let time = 0; time < 2; time++)
      expect((await rejection(get())).message).to.equal("no answer within 5 ms");
    expect(pending).to.have.length(1);
    pending[0]?.resolve(1);
  });
});
