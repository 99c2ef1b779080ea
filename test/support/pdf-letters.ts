import { inflateSync } from "node:zlib";

/**
 * What the pages of a PDF say, without the spaces, which may be gaps between letters. Chromium's fonts say what each glyph means,
 * and are called after the number of their object.
 */
export function pdfLetters(pdf: Buffer): string {
  const objects = objectsOf(pdf.toString("latin1"));
  const meanings = new Map<string, Map<string, string>>();
  for (const [number, { dictionary }] of objects) {
    const [, map = ""] = /\/ToUnicode (\d+) 0 R/.exec(dictionary) ?? [];
    if (map) meanings.set(number, glyphsOf(objects.get(map)?.content ?? ""));
  }
  const words: string[] = [];
  for (const { content } of objects.values()) {
    let glyphs = new Map<string, string>();
    for (const [, font, hex] of content.matchAll(/\/F(\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj/g))
      if (font) glyphs = meanings.get(font) ?? glyphs;
      else
        words.push(
          (hex?.match(/.{4}/g) ?? [])
            .map((glyph) => glyphs.get(glyph.toUpperCase()) ?? "")
            .join(""),
        );
  }
  return words.join("").replaceAll(/\s/g, "");
}

function objectsOf(pdf: string) {
  const objects = new Map<string, { dictionary: string; content: string }>();
  for (const [, number = "", body = ""] of pdf.matchAll(
    /(?:^|\n)(\d+) 0 obj\s([\s\S]*?)\nendobj/g,
  )) {
    const [dictionary = "", stream] = body.split(/\bstream\r?\n/, 2);
    const bytes = Buffer.from(stream?.replace(/\r?\nendstream[\s\S]*$/, "") ?? "", "latin1");
    const content = dictionary.includes("/FlateDecode")
      ? inflateSync(bytes).toString("latin1")
      : bytes.toString("latin1");
    objects.set(number, { dictionary, content });
  }
  return objects;
}

/** What the glyphs of a font mean, by their numbers in hexadecimal. */
function glyphsOf(map: string): Map<string, string> {
  const glyphs = new Map<string, string>();
  const hex = (number: number) => number.toString(16).toUpperCase().padStart(4, "0");
  const toText = (units: string) => Buffer.from(units, "hex").swap16().toString("utf16le");
  for (const [, lines = ""] of map.matchAll(/beginbfchar([\s\S]*?)endbfchar/g))
    for (const [, glyph = "", text = ""] of lines.matchAll(/<(\w+)> <(\w+)>/g))
      glyphs.set(glyph.toUpperCase(), toText(text));
  for (const [, lines = ""] of map.matchAll(/beginbfrange([\s\S]*?)endbfrange/g))
    for (const [, first = "", last = "", text = ""] of lines.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g))
      for (let glyph = Number.parseInt(first, 16); glyph <= Number.parseInt(last, 16); glyph += 1)
        glyphs.set(
          hex(glyph),
          String.fromCharCode(Number.parseInt(text, 16) + glyph - Number.parseInt(first, 16)),
        );
  return glyphs;
}
