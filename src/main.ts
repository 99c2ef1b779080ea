import { runProgram } from "./cli/program.ts";

/** In the order of the help. Only the command that is asked for is loaded, which keeps every one quick to start. */
const commands = {
  serve: () => import("./cli/serve.ts"),
  demo: () => import("./cli/demo.ts"),
  import: () => import("./cli/import.ts"),
  migrate: () => import("./cli/migrate.ts"),
  export: () => import("./cli/export.ts"),
  refresh: () => import("./cli/refresh.ts"),
  status: () => import("./cli/status.ts"),
  user: () => import("./cli/user.ts"),
  audit: () => import("./cli/audit.ts"),
  token: () => import("./cli/token.ts"),
  "bi-login": () => import("./cli/bi-login.ts"),
  contact: () => import("./cli/contact.ts"),
  fields: () => import("./cli/fields.ts"),
};

process.exitCode = await runProgram(commands, process.argv.slice(2));
