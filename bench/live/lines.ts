import type { Bench } from "./bench.ts";
import { compaction } from "./compaction.ts";
import { copySpeed } from "./copy-speed.ts";
import { disk } from "./disk.ts";
import { foldSpeed } from "./fold-speed.ts";
import { oneChange } from "./one-change.ts";
import type { Outcome } from "./outcome.ts";
import { ownRows } from "./own-rows.ts";
import { repYear } from "./rep-year.ts";
import { stream } from "./stream.ts";
import { upserts } from "./upserts.ts";
import { visible } from "./visible.ts";
import { wholeMart } from "./whole-mart.ts";

type Line = (bench: Bench) => AsyncGenerator<Outcome>;

/** In the order of the table: those that leave more behind come later. */
const lines: Readonly<Record<string, Line>> = {
  visible,
  "rep-year": repYear,
  "own-rows": ownRows,
  "whole-mart": wholeMart,
  fold: foldSpeed,
  stream,
  upserts,
  copy: copySpeed,
  compaction,
  "one-change": oneChange,
  disk,
};

/** @param only names, parted by commas; all when undefined */
export function chooseLines(only: string | undefined): [string, Line][] {
  if (only === undefined) return Object.entries(lines);
  return only.split(",").map((name) => {
    const line = lines[name];
    if (!line)
      throw new Error(`there is no line "${name}"; there are ${Object.keys(lines).join(", ")}`);
    return [name, line];
  });
}
