import * as demo from "./cli/demo.ts";
import * as migrate from "./cli/migrate.ts";
import { runProgram } from "./cli/program.ts";
import * as serve from "./cli/serve.ts";

process.exitCode = await runProgram([serve, demo, migrate], process.argv.slice(2));
