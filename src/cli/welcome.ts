/** Tells a person where to look, and what everybody should know about that address. */
export function sayReady(address: string, host: string) {
  const reach = ["127.0.0.1", "::1", "localhost"].includes(host)
    ? "only this machine reaches it (HOST changes that)"
    : "other machines reach it (HOST=127.0.0.1 changes that)";
  console.log(`Tidemark is ready at ${address}`);
  console.log("  Open it in a browser; Ctrl-C stops it.");
  console.log(
    `  There is no sign-in yet: whoever reaches this address reads every report, and ${reach}.`,
  );
}
