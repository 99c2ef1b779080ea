import type { Column } from "../reports/column.ts";
import type { SectionData } from "../reports/rows.ts";
import type { Tile, TilesSection } from "../reports/section.ts";
import { type DrillContext, drillTo } from "./drill.ts";
import { exact, exactModel } from "./exact.ts";
import { formatValue, localeOf } from "./format.ts";
import { drawInterval } from "./interval.ts";
import { fillNote, fillText, type NoteContext, toneOf } from "./note.ts";

const share = (value: unknown) => Math.min(100, Math.max(0, Number(value ?? 0) * 100));

/** The tiles of a section, and the columns that no tile shows as its figure. */
export function tilesModel(
  { rows }: SectionData,
  section: TilesSection,
  base: Omit<NoteContext, "columns" | "row"> & DrillContext,
) {
  const row = rows[0] ?? {};
  const context = { ...base, columns: section.columns, row };
  const shown = new Set(section.tiles.map((tile) => tile.value));
  const tiles = section.tiles.map((tile) => tileModel(tile, section, context));
  return {
    key: section.key,
    title: section.title,
    tiles,
    size: sizeOf(tiles),
    rest: section.columns
      .filter((column) => !shown.has(column.key))
      .map((column) => ({ key: column.key, ...exactModel(column.type, row[column.key]) })),
    notices: section.notices
      .filter((notice) => Number(row[notice.when] ?? 0) > 0)
      .map((notice) => fillText(notice.text, context)),
  };
}

/** Characters of a figure from which a strip writes its figures smaller, as $1,234,567 has, and smaller again. */
const LONG = 10;
const VERY_LONG = 12;

const sizeOf = (tiles: { text: string; isEmpty: boolean }[]) => {
  const longest = Math.max(...tiles.map(({ text, isEmpty }) => (isEmpty ? 0 : text.length)));
  return longest >= VERY_LONG ? "longer" : longest >= LONG ? "long" : undefined;
};

function tileModel(tile: Tile, section: TilesSection, context: NoteContext & DrillContext) {
  const column = section.columns.find((one) => one.key === tile.value) as Column;
  const value = context.row[tile.value];
  const isEmpty = value === null || value === undefined;
  const drill = section.drills[tile.value];
  const locale = localeOf(column, context.row, context.locale);
  return {
    key: tile.value,
    anchor: `${section.key}-${tile.value}`,
    definition: column.definition,
    label: fillText(tile.label, context) || column.label,
    value: exact(column.type, value),
    text: isEmpty
      ? fillText(tile.empty, context)
      : formatValue(column, value, locale, tile.short ? "short" : "headline"),
    full: isEmpty ? undefined : formatValue(column, value, locale),
    isEmpty,
    href: drill && Number(value) !== 0 ? drillTo(drill, context.row, context) : undefined,
    tone: tile.better && !isEmpty ? toneOf(value, tile.better) : undefined,
    meter: meterModel(tile, context),
    interval: tile.interval
      ? drawInterval(value, context.row[tile.interval.low], context.row[tile.interval.high])
      : undefined,
    notes: tile.notes
      .map((note) => fillNote(note, context))
      .filter((segments) => segments.length > 0),
  };
}

function meterModel({ meter }: Tile, { row }: NoteContext) {
  if (!meter || row[meter.value] === null || row[meter.value] === undefined) return undefined;
  return { filled: share(row[meter.value]), mark: share(row[meter.mark]) };
}
