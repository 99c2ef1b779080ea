import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";

/** Both halves of the advisory locks that whoever refreshes a mart or folds its changes holds; $1 is the mart. */
const KEY = "hashtext('tidemark mart'), hashtext($1)";
const FOLD_KEY = "hashtext('tidemark fold'), hashtext($1)";
const PRUNE_KEY = "hashtext('tidemark prune'), 0";
const POLL_MS = 200;

/**
 * Waits until this session alone may refresh the mart, in any process.
 * It asks again and again instead of queueing: a queued session would hold a snapshot, and vacuum would have to
 * keep every row that the refresh it waits for removes.
 * @throws the signal's reason when it aborts first
 */
export async function lockMart(client: pg.PoolClient, mart: string, signal?: AbortSignal) {
  while (!(await tryLockMart(client, mart))) {
    await delay(POLL_MS, undefined, { signal });
  }
}

/** @returns false when another session refreshes the mart */
export async function tryLockMart(client: pg.PoolClient, mart: string): Promise<boolean> {
  const { rows } = await client.query(`SELECT pg_try_advisory_lock(${KEY}) AS locked`, [mart]);
  return rows[0].locked;
}

export async function unlockMart(client: pg.PoolClient, mart: string) {
  await client.query(`SELECT pg_advisory_unlock(${KEY})`, [mart]);
}

/** Waits until no session folds changes of the mart, and keeps others from it. Folds are short. */
export async function lockFolds(client: pg.PoolClient, mart: string) {
  await client.query(`SELECT pg_advisory_lock(${FOLD_KEY})`, [mart]);
}

/** @returns false when another session folds, or is about to begin a refresh */
export async function tryLockFolds(client: pg.PoolClient, mart: string): Promise<boolean> {
  const { rows } = await client.query(`SELECT pg_try_advisory_lock(${FOLD_KEY}) AS locked`, [mart]);
  return rows[0].locked;
}

export async function unlockFolds(client: pg.PoolClient, mart: string) {
  await client.query(`SELECT pg_advisory_unlock(${FOLD_KEY})`, [mart]);
}

/** @returns false when another session prunes */
export async function tryLockPrune(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query(`SELECT pg_try_advisory_lock(${PRUNE_KEY}) AS locked`);
  return rows[0].locked;
}

export async function unlockPrune(client: pg.PoolClient) {
  await client.query(`SELECT pg_advisory_unlock(${PRUNE_KEY})`);
}
