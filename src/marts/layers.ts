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
