const HERE = "http://tidemark.invalid";

/** The path to go on to, such as `/reports?a=b`, when it is one of this service; otherwise undefined. */
export function localPath(text: string | undefined | null): string | undefined {
  if (!text?.startsWith("/") || !URL.canParse(text, HERE)) return undefined;
  const { origin, pathname, search } = new URL(text, HERE);
  // Two slashes at the beginning name a host, also once dots between them are gone.
  if (origin !== HERE || pathname.startsWith("//")) return undefined;
  return pathname + search;
}

/** Where somebody signs in to come back to this path. */
export const signInPath = (next: string | undefined): string =>
  next === undefined || next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`;
