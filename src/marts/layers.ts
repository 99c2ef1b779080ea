import type { Queryable } from "./registry.ts";

/** Whether the mart was filled, or is being: changes are kept for it. */
export async function hasLayers(db: Queryable, mart: string): Promise<boolean> {
  const { rowCount } = await db.query("SELECT FROM mart.layers WHERE mart = $1", [mart]);
  return rowCount !== 0;
}

/** Says that a layer is of the snapshot of this transaction. */
export async function noteLayer(db: Queryable, mart: string, layer: "base" | "delta") {
  await db.query("SELECT mart.note_layer($1, $2)", [mart, layer]);
}

/** Has partitions attached by hand written down too: a refresh after this has all that was written into them before. */
export async function capturePartitions(db: Queryable, mart: string) {
  await db.query(
    "SELECT mart.capture_partitions(source) FROM mart.live_marts, unnest(sources) AS source WHERE mart = $1",
    [mart],
  );
}
