/** What the embedded server runs with, on top of PostgreSQL's defaults, and why. */
const SETTINGS: Readonly<Record<string, string>> = {
  // Nobody outside this machine; a socket file would need a folder that both accounts can enter.
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  // One clock for everybody: business time zones are applied in SQL.
  timezone: "UTC",
  log_timezone: "UTC",
  // A laptop's worth: the demo data fits in memory, and a report may sort without spilling.
  shared_buffers: "256MB",
  work_mem: "32MB",
  maintenance_work_mem: "256MB",
  // Imports and refreshes write much at once: fewer checkpoints, at the price of disk space.
  max_wal_size: "2GB",
  // Solid-state disks read anywhere at the same price.
  random_page_cost: "1.1",
  // Compiling a report's query costs more than it saves at this size.
  jit: "off",
};

/** The options of `pg_ctl start`: settings that are given at the start follow the program, not the data. */
export function serverOptions(port: number, extra: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ ...SETTINGS, ...extra, port: String(port) })
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(" ");
}
