import * as demo from "./cli/demo.ts";
import * as importFiles from "./cli/import.ts";
import * as migrate from "./cli/migrate.ts";
import { runProgram } from "./cli/program.ts";
import * as refresh from "./cli/refresh.ts";
import * as serve from "./cli/serve.ts";
import * as status from "./cli/status.ts";

process.exitCode = await runProgram(
  [serve, demo, importFiles, migrate, refresh, status],
  process.argv.slice(2),
);
