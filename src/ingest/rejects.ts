import { createWriteStream, rmSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { badUsage } from "../errors.ts";
import { literal, ROWS } from "./load/sql.ts";
import type { StepPlan } from "./plan/step.ts";

/** A row that was not taken. */
export interface Reject {
  /** Line of the file on which the row begins, from 1. */
  line: number;
  column: string | null;
  value: string | null;
  reason: string;
}

const HEADER = "step,file,line,column,value,reason\n";
const EXAMPLES = 10;

/** Gathers rejected rows in a file, step by step, without holding them. */
export class Rejects {
  readonly path: string | undefined;
  readonly #draft: string;
  #count = 0;
  /** The process may be told to stop in the middle. */
  readonly #forget = () => rmSync(this.#draft, { force: true });

  /** @param path where the file goes; undefined: rejected rows are counted only */
  constructor(path: string | undefined) {
    this.path = path === undefined ? undefined : resolve(path);
    this.#draft = `${this.path ?? join(tmpdir(), "rejects")}.${process.pid}.part`;
  }

  /** Begins the file. @throws TidemarkError `bad_usage` when it cannot be written */
  async begin() {
    if (this.path === undefined) return;
    process.once("exit", this.#forget);
    await writeFile(this.#draft, HEADER).catch((error: Error) => {
      throw badUsage(`--rejects: cannot write in ${dirname(this.#draft)}: ${error.message}`);
    });
  }

  /** Adds the rejected rows of a step, in the order of the file. */
  async collect(client: pg.ClientBase, plan: StepPlan) {
    const bad = `FROM ${ROWS} WHERE bad_reason IS NOT NULL`;
    const { rows: counts } = await client.query(`SELECT count(*)::integer AS count ${bad}`);
    const count: number = counts[0].count;
    this.#count += count;
    if (count === 0) return { count, examples: [] as Reject[] };
    const columns = `row_line::integer AS line, bad_column AS column, bad_value AS value, bad_reason AS reason`;
    const { rows: examples } = await client.query<Reject>(
      `SELECT ${columns} ${bad} ORDER BY row_line LIMIT ${EXAMPLES}`,
    );
    if (this.path !== undefined) {
      const step = `${literal(plan.name)}, ${literal(basename(plan.file.path))}`;
      const rows = client.query(
        copyTo(
          `COPY (SELECT ${step}, row_line, bad_column, bad_value, bad_reason ${bad} ORDER BY row_line) TO STDOUT (FORMAT csv)`,
        ),
      );
      await pipeline(rows, createWriteStream(this.#draft, { flags: "a" }));
    }
    return { count, examples };
  }

  /** Puts the file in its place. @param always also when nothing was rejected @returns its path, if there is one */
  async finish(always: boolean): Promise<string | undefined> {
    if (this.path === undefined) return undefined;
    if (this.#count === 0 && !always) {
      await this.abandon();
      return undefined;
    }
    await rename(this.#draft, this.path);
    process.off("exit", this.#forget);
    return this.path;
  }

  /** Leaves no file behind. */
  async abandon() {
    process.off("exit", this.#forget);
    if (this.path !== undefined) await rm(this.#draft, { force: true });
  }
}
