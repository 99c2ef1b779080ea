import { failures } from "./database.ts";

/** A promise that fails where nobody looks must fail the run: mocha's workers would pass over it. */
function rethrow(reason: unknown) {
  throw reason;
}

/** Around every test file, in whatever process it runs. */
export const mochaHooks: Mocha.RootHookObject = {
  beforeAll() {
    failures.seen = false;
    // The worker forgets its listeners after each file.
    if (!process.listeners("unhandledRejection").includes(rethrow)) {
      process.on("unhandledRejection", rethrow);
    }
  },
  afterEach(this: Mocha.Context) {
    if (this.currentTest?.state === "failed") failures.seen = true;
  },
};
