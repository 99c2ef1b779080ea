import type { Command } from "commander";
import { isEmpty, loadDemo } from "../demo/load.ts";
import { badUsage, TidemarkError } from "../errors.ts";
import { refreshAll } from "../marts/refresh-all.ts";
import { syncSettings } from "../ops/settings.ts";
import { withDatabase } from "./context.ts";
import { showProgress } from "./progress.ts";

/** `demo [--scale N] [--seed S]` */
export function register(program: Command) {
  program
    .command("demo")
    .summary("fill an empty database with a made-up company")
    .description(
      "Fills an empty database with a made-up company: three years of deals up to yesterday. All of it or nothing.",
    )
    .option("--scale <n>", "how big: 1 is 5,000 opportunities, 100 is 500,000", "1")
    .option("--seed <s>", "a whole number: another one is another company", "1")
    .addHelpText(
      "after",
      `
The same scale, seed and day give the same rows. A scale below 1 works too.

Examples:
  npm run tidemark -- demo
  npm run tidemark -- demo --scale 100 --seed 7`,
    )
    .action(async (options: { scale: string; seed: string }) => {
      const scale = toScale(options.scale);
      const seed = toSeed(options.seed);
      await withDatabase(async ({ config, pool }) => {
        // The data follows the settings; a database that will refuse it keeps its own.
        if (await isEmpty(pool)) await syncSettings(pool, config);
        const { seconds } = await loadDemo(pool, { scale, seed, onStep: showProgress });
        showProgress("refresh");
        const results = await refreshAll(pool);
        showProgress("");
        console.log(`Demo data loaded in ${seconds.toFixed(1)} s`);
        const failed = results.find(({ error }) => error);
        if (failed) throw refreshFailed(failed.mart);
      });
    });
}

const refreshFailed = (mart: string) =>
  new TidemarkError(
    "refresh_failed",
    500,
    `The data is there, but ${mart} could not be refreshed: run "npm run tidemark -- refresh"`,
  );

function toScale(text: string): number {
  const scale = Number(text);
  if (scale >= 0.02 && scale <= 1000) return scale;
  throw badUsage(`demo: "${text}" is not a scale; give a number from 0.02 to 1000`);
}

function toSeed(text: string): number {
  const seed = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(seed)) return seed;
  throw badUsage(`demo: "${text}" is not a seed; give a whole number`);
}
