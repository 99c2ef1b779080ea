import * as migrate from "./cli/migrate.ts";
import { runProgram } from "./cli/program.ts";

process.exitCode = await runProgram([migrate], process.argv.slice(2));
