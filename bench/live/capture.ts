import type pg from "pg";

const TRIGGERS = ["capture_inserts", "capture_updates", "capture_deletes", "capture_truncates"];

/** Turns the writing down of a table's changes on or off. Nothing may change in it meanwhile that a mart reads. */
export const setCapture = (
  db: Pick<pg.ClientBase, "query">,
  table: string,
  mode: "ENABLE" | "DISABLE",
) => db.query(TRIGGERS.map((name) => `ALTER TABLE ${table} ${mode} TRIGGER ${name}`).join("; "));
