// `npm run contract`: writes down what the views in reporting promise, unless that breaks what was promised.

import { promisedContract, readContract, unannounced, writeContract } from "./contract.ts";
import { createTestDatabase } from "./database.ts";
import { mochaGlobalSetup, mochaGlobalTeardown } from "./global-setup.ts";

await mochaGlobalSetup();
const db = await createTestDatabase();
try {
  const present = await readContract(db.pool);
  const broken = unannounced(promisedContract(), present);
  if (broken.length > 0) {
    console.error(
      `Tools may be built on this:\n  ${broken.join("\n  ")}\nKeep it, or move the version of reporting.contract in a migration.`,
    );
    process.exitCode = 1;
  } else {
    writeContract(present);
    console.log(`docs/reporting-contract.json has version ${present.version}`);
  }
} finally {
  await db.drop();
  await mochaGlobalTeardown();
}
