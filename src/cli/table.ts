/** Lines of aligned columns, the first of them the heading. */
export function table(lines: readonly (readonly string[])[]): string {
  const [heading = []] = lines;
  const widths = heading.map((_, column) =>
    Math.max(...lines.map((line) => at(line, column).length)),
  );
  return lines
    .map((line) => widths.map((width, column) => at(line, column).padEnd(width)).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

const at = (line: readonly string[], column: number) => line[column] ?? "";
