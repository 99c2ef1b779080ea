import Mocha from "mocha";

/** Mocha's usual report, ending with one line that people and scripts can read. */
export default class SummaryReporter extends Mocha.reporters.Spec {
  override epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    const skipped = pending ? `, ${pending} skipped` : "";
    process.stdout.write(`${passes} passed, ${failures} failed${skipped}\n`);
  }
}
