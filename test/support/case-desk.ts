import type pg from "pg";
import { addRow } from "./crm.ts";
import { addPerson } from "./people.ts";

/** Cases of 2026, with what happened to them and when. */
export class CaseDesk {
  readonly pool: pg.Pool;
  /** One of ours. */
  readonly agent: string;

  private constructor(pool: pg.Pool, agent: string) {
    this.pool = pool;
    this.agent = agent;
  }

  static async open(pool: pg.Pool): Promise<CaseDesk> {
    return new CaseDesk(pool, await addPerson(pool, "Ann"));
  }

  /** Adds a case that goes through these statuses. @param steps status by month, day and time (UTC) @returns its key */
  async add(columns: Record<string, unknown>, steps: Record<string, string>): Promise<string> {
    const [[start, first], ...later] = Object.entries(steps) as [
      [string, string],
      ...[string, string][],
    ];
    const { id } = await addRow(this.pool, "cases", {
      subject: "Case",
      created_at: `2026-${start}Z`,
      status: first,
      status_changed_at: `2026-${start}Z`,
      ...columns,
    });
    for (const [at, status] of later)
      await this.pool.query(
        "UPDATE crm.cases SET status = $2, status_changed_at = $3 WHERE id = $1",
        [id, status, `2026-${at}Z`],
      );
    return id as string;
  }

  /** Adds a public reply of the agent's, or what the columns say. */
  async reply(case_id: string, at: string, columns: Record<string, unknown> = {}) {
    await addRow(this.pool, "case_events", {
      case_id,
      event_type: "Public Reply",
      happened_at: `2026-${at}Z`,
      actor_user_id: this.agent,
      ...columns,
    });
  }

  /** Adds as many cases as plans need to prefer an index. */
  async addMany(count: number) {
    await this.pool.query(`
      INSERT INTO crm.companies (name) SELECT 'bulk' FROM generate_series(1, ${count});
      INSERT INTO crm.cases (subject, company_id) SELECT 'bulk', id FROM crm.companies;
      UPDATE crm.cases SET status = 'Resolved';
      ANALYZE crm.cases, crm.case_events, crm.companies`);
  }
}
