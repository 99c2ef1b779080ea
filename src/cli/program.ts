import { Command, CommanderError } from "commander";
import { loadConfig } from "../config.ts";
import { explainLoss } from "../db/connect.ts";
import { TidemarkError } from "../errors.ts";

/** How to load each command, by its name. */
export type Commands = Readonly<
  Record<string, () => Promise<{ register(program: Command): void }>>
>;

const USAGE_ERROR = 2;

/**
 * Runs the command line: results on standard output, one line on standard error when something fails.
 * @returns the exit code: 0 done, 1 failed, 2 not understood
 */
export async function runProgram(commands: Commands, argv: readonly string[]) {
  ignoreClosedPipes();
  const program = new Command("tidemark")
    .usage("[command] [options]")
    .description("Analytics and reporting over PostgreSQL.")
    .addHelpText("after", "\nEach command has its own --help with examples.")
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .helpCommand(false);
  try {
    const asked = commands[argv[0] ?? ""];
    for (const load of asked ? [asked] : Object.values(commands)) (await load()).register(program);
    await program.parseAsync(argv, { from: "user" });
    return 0;
  } catch (error) {
    return report(error);
  }
}

/** Says what went wrong. @returns the exit code */
export function report(problem: unknown): number {
  const error = explainLoss(problem) ?? problem;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    // Without a command, commander has shown the help.
    if (error.code !== "commander.help") {
      say(`${error.message.replace(/^error: /, "").replace(/\n/g, " ")}; see --help`);
    }
    return USAGE_ERROR;
  }
  if (error instanceof TidemarkError) {
    say(`${error.message} (${error.code})`);
    return error.code === "bad_usage" ? USAGE_ERROR : 1;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  say(`${message.split("\n")[0]} (this is a bug; TIDEMARK_LOG_LEVEL=debug shows where)`);
  if (debugging()) console.error(stack);
  return 1;
}

const say = (line: string) => console.error(`tidemark: ${line}`);

function debugging(): boolean {
  try {
    return ["debug", "trace"].includes(loadConfig().logLevel);
  } catch {
    return false;
  }
}

/** A reader that has seen enough (`| head`) is no failure: what follows is written nowhere. */
function ignoreClosedPipes() {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
