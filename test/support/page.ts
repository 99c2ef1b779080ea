const ENTITIES: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#x27;": "'",
  "&#x3D;": "=",
  "&#x60;": "`",
};

const unescapeHtml = (text: string) =>
  text.replace(/&(?:amp|lt|gt|quot|#x27|#x3D|#x60);/g, (entity) => ENTITIES[entity] as string);

export type ExactRow = Record<string, string | null>;

/** The exact values that a page carries for a section, row by row; null is NULL. A total row comes last. */
export function exactRows(html: string, section: string): ExactRow[] {
  const start = html.indexOf(`data-section="${section}"`);
  if (start < 0) throw new Error(`the page has no section ${section}`);
  const part = html.slice(start, html.indexOf("</section>", start));
  const rows = part.includes("<table>") ? part.split("<tr>").slice(2) : [part];
  return rows.map((row) => {
    const data = row.matchAll(/<data\b[^>]*?data-key="(\w+)"([^>]*)>/g);
    return Object.fromEntries(
      [...data].map(([, key, rest = ""]) => {
        const value = / value="([^"]*)"/.exec(rest)?.[1];
        return [key, value === undefined ? null : unescapeHtml(value)];
      }),
    );
  });
}
