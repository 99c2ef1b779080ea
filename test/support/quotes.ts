import type pg from "pg";
import { addRow } from "./crm.ts";

/** Adds a product. @returns its key */
export const addProduct = async (pool: pg.Pool, name: string): Promise<string> =>
  (await addRow(pool, "products", { name })).id as string;

/**
 * Adds a quote of a deal with its lines, each after the one before.
 * @param lines product, quantity, unit price and discount
 * @returns its key
 */
export async function addQuote(
  pool: pg.Pool,
  deal: string,
  lines: readonly (readonly [
    product: string,
    quantity: string,
    price: string,
    discount?: string,
  ])[],
  quote: Record<string, string> = {},
): Promise<string> {
  const { id } = await addRow(pool, "quotes", {
    opportunity_id: deal,
    status: "Accepted",
    created_at: "2026-09-01T12:00:00Z",
    ...quote,
  });
  for (const [index, [product_id, quantity, unit_price, discount_rate = "0"]] of lines.entries())
    await addRow(pool, "quote_line_items", {
      quote_id: id,
      product_id,
      quantity,
      unit_price,
      discount_rate,
      created_at: new Date(Date.UTC(2026, 8, 1, 12, index)).toISOString(),
    });
  return id as string;
}
