/** Made-up deals for the import benchmark: the same every time. */

const COMPANIES = 5_000;
const PEOPLE = 50;
const PRODUCTS = 20;
const STAGES = ["Prospecting", "Qualification", "Negotiation/Review", "Closed Won", "Closed Lost"];

/** What both sides find in the database. */
export const dimensions = `
  INSERT INTO crm.companies (name, source, external_id)
    SELECT 'Company ' || n, 'bench', 'c' || n FROM generate_series(1, ${COMPANIES}) AS n;
  INSERT INTO crm.users (email, first_name, last_name, source, external_id)
    SELECT 'rep' || n || '@example.com', 'Rep', n::text, 'bench', 'u' || n FROM generate_series(1, ${PEOPLE}) AS n;
  INSERT INTO crm.products (name, source, external_id)
    SELECT 'Product ' || n, 'bench', 'p' || n FROM generate_series(1, ${PRODUCTS}) AS n;
  ANALYZE crm.companies, crm.users, crm.products;`;

export const columns = [
  "source",
  "external_id",
  "name",
  "company_id",
  "owner_user_id",
  "primary_product_id",
  "stage",
  "amount",
  "close_date",
  "created_at",
  "stage_changed_at",
];

export const resolvedQuery = `
  COPY (SELECT ${columns.join(", ")} FROM crm.opportunities ORDER BY substr(external_id, 2)::integer)
  TO STDOUT (FORMAT csv, HEADER)`;

export const mapping = {
  source: "bench",
  steps: [
    {
      file: "deals.csv",
      table: "opportunities",
      columns: {
        external_id: "id",
        name: "name",
        company_id: { column: "company", lookup: { by: "external_id" } },
        owner_user_id: { column: "owner", lookup: { by: "external_id" } },
        primary_product_id: { column: "product", lookup: { by: "external_id" } },
        stage: "stage",
        amount: "amount",
        close_date: "closes",
        created_at: "created",
        stage_changed_at: "changed",
      },
    },
  ],
};

const HEADER = "id,name,company,owner,product,stage,amount,closes,created,changed\n";
const CHUNK = 5_000;

/** The file, a few thousand lines at a time. */
export function* deals(count: number): Generator<string> {
  yield HEADER;
  for (let first = 1; first <= count; first += CHUNK) {
    const lines: string[] = [];
    for (let n = first; n < first + CHUNK && n <= count; n += 1) lines.push(deal(n));
    yield `${lines.join("\n")}\n`;
  }
}

function deal(n: number): string {
  const mix = (n * 2_654_435_761) % 4_294_967_296;
  const day = (offset: number) =>
    new Date(Date.UTC(2023, 0, 1 + ((mix + offset) % 1_000))).toISOString().slice(0, 10);
  return [
    `d${n}`,
    `Deal ${n}`,
    `c${(mix % COMPANIES) + 1}`,
    `u${(mix % PEOPLE) + 1}`,
    `p${(mix % PRODUCTS) + 1}`,
    STAGES[mix % STAGES.length],
    ((mix % 1_000_000) / 100).toFixed(2),
    day(90),
    day(0),
    day(30),
  ].join(",");
}
