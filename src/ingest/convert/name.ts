/** Parts of a full name: "Mei-Mei Johns" or "Johns, Mei-Mei". The last word is the last name. */
export function namePart(full: string, part: "first_name" | "last_name"): string {
  const comma = full.indexOf(",");
  if (comma >= 0) {
    return (part === "last_name" ? full.slice(0, comma) : full.slice(comma + 1)).trim();
  }
  const space = full.trim().lastIndexOf(" ");
  if (part === "last_name") return full.trim().slice(space + 1);
  return space < 0 ? "" : full.trim().slice(0, space).trim();
}

/** "Zoë O'Hara" → "zoe-o-hara": fit for an address or an id. */
export const slug = (text: string) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
