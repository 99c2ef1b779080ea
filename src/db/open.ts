import type { Config } from "../config.ts";
import { connect } from "./connect.ts";
import { checkVersion } from "./requirements.ts";
import { type EmbeddedOptions, type EmbeddedServer, openEmbedded } from "./server/embedded.ts";

/**
 * The database that the settings ask for: DATABASE_URL's, checked, or the embedded one, started when needed.
 * @throws TidemarkError that says in one line why it cannot be used
 */
export async function openDatabase(
  { databaseUrl, dataDir }: Pick<Config, "databaseUrl" | "dataDir">,
  purpose: EmbeddedOptions["purpose"],
): Promise<EmbeddedServer> {
  if (!databaseUrl) return openEmbedded({ dataDir, purpose });
  const client = await connect(databaseUrl, "check");
  try {
    await checkVersion(client);
  } finally {
    await client.end();
  }
  // A server of someone else's comes and goes as it likes: pools reconnect.
  return { url: databaseUrl, lost: new Promise(() => {}), close: async () => {} };
}
