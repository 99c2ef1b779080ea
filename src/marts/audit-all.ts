import type pg from "pg";
import { type Audit, auditMart } from "./audit.ts";
import { findMart, listMarts } from "./registry.ts";

export interface AuditResult {
  mart: string;
  /** Undefined when it failed, or when there is nothing to audit. */
  audit?: Audit;
  /** Why it failed. */
  error?: Error;
  /** How long it took. */
  seconds: number;
}

export interface AuditAllOptions {
  signal?: AbortSignal;
  onStart?: (mart: string) => void;
  /** Told as each mart is done. */
  onResult?: (result: AuditResult) => void;
}

/**
 * Audits one mart, or all. What a mart without live layers says of its last refresh differs from its definition by
 * age, which is no drift: it is passed over.
 * @throws TidemarkError `unknown_mart`
 */
export async function auditAll(
  pool: pg.Pool,
  name: string | undefined,
  { signal, onStart, onResult }: AuditAllOptions = {},
): Promise<AuditResult[]> {
  const marts = await listMarts(pool);
  const results: AuditResult[] = [];
  for (const mart of name ? [findMart(marts, name)] : marts) {
    signal?.throwIfAborted();
    onStart?.(mart.name);
    const began = performance.now();
    const outcome = mart.isLive ? await attempt(pool, mart.name, signal) : {};
    const seconds = (performance.now() - began) / 1000;
    const result = { mart: mart.name, ...outcome, seconds };
    results.push(result);
    onResult?.(result);
  }
  return results;
}

const attempt = (pool: pg.Pool, mart: string, signal?: AbortSignal) =>
  auditMart(pool, mart, signal).then(
    (audit) => ({ audit }),
    (error: Error) => ({ error }),
  );
