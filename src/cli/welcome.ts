/** Tells a person where to look, and what everybody should know about that address. */
export function sayReady(address: string, host: string, { isDemo }: { isDemo: boolean }) {
  const reach = ["127.0.0.1", "::1", "localhost"].includes(host)
    ? "Only this machine reaches it (HOST changes that)"
    : "Other machines reach it (HOST=127.0.0.1 changes that)";
  const signIn = isDemo
    ? "whoever does signs in with a click, as one of the invented people"
    : 'people sign in: "npm run tidemark -- user --help" says how to add them';
  console.log(`Tidemark is ready at ${address}`);
  console.log("  Open it in a browser; Ctrl-C stops it.");
  console.log(`  ${reach}; ${signIn}.`);
}
