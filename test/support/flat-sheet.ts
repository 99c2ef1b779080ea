const unescapeXml = (text: string) =>
  text.replace(
    /&(lt|gt|quot|apos|amp);/g,
    (_, name: string) => ({ lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" })[name] ?? "",
  );

/**
 * The rows of the first sheet of a flat OpenDocument file, without its header.
 * @param keys names of the columns
 * @returns each cell as its type and its value, such as `float 1.5`; nothing where it is empty
 */
export function rowsOf(xml: string, keys: readonly string[]): Record<string, string>[] {
  const [, table = ""] =
    /<table:table table:name="[^"]*"[^>]*>(.*?)<\/table:table>/s.exec(xml) ?? [];
  const lines = [
    ...table.matchAll(/<table:table-row\b[^>]*?(?:\/>|>(.*?)<\/table:table-row>)/gs),
  ].map(([, row = ""]) =>
    [...row.matchAll(/<table:table-cell\b([^>]*?)(?:\/>|>(.*?)<\/table:table-cell>)/gs)].flatMap(
      ([, attributes = "", content = ""]) => {
        const value = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];
        const type = value("office:value-type");
        const lines = [...content.matchAll(/<text:p>(.*?)<\/text:p>/gs)].map(
          ([, line = ""]) => line,
        );
        const text = unescapeXml(lines.join("\n").replace(/<[^>]*>/g, ""));
        const cell = type
          ? `${type} ${value("office:date-value") ?? value("office:value") ?? text}`
          : "";
        return Array<string>(Number(value("table:number-columns-repeated") ?? 1)).fill(cell);
      },
    ),
  );
  const [, ...rows] = lines.filter((line) => line.some((cell) => cell !== ""));
  return rows.map((row) => Object.fromEntries(keys.map((key, index) => [key, row[index] ?? ""])));
}
