import pg from "pg";

/** Where a BI tool connects, in the forms that tools ask for. */
export interface Address {
  /** For libpq, psql, SQLAlchemy, R and Node. */
  url: string;
  /** For JDBC; user and password are asked for apart. */
  jdbcUrl: string;
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
}

/** Those that every client understands; node-postgres has one more. */
const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/**
 * The address of a login on the server that the service uses.
 * @param serviceUrl the service's own, whose host, port and encryption hold for the tool too
 */
export function addressOf(
  serviceUrl: string,
  { user, password, database }: Pick<Address, "user" | "password" | "database">,
): Address {
  const { host, port } = new pg.Client({ connectionString: serviceUrl });
  const mode = new URL(serviceUrl).searchParams.get("sslmode") ?? "";
  const options = new URLSearchParams(SSL_MODES.includes(mode) ? { sslmode: mode } : {});
  // A folder is that of the server's socket, which a URL names elsewhere.
  const place = host.startsWith("/") ? "" : `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const jdbcUrl = `jdbc:postgresql://${place}/${encodeURIComponent(database)}${query(options)}`;
  if (place === "") {
    options.set("host", host);
    options.set("port", String(port));
  }
  const url = `postgresql://${user}:${password}@${place}/${encodeURIComponent(database)}${query(options)}`;
  return { url, jdbcUrl, host, port, database, user, password };
}

const query = (options: URLSearchParams) => (options.size > 0 ? `?${options}` : "");
