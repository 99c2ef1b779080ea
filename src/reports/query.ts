/** Types that a placeholder may be bound with: each is written into the SQL as a cast, never the value. */
export type SqlType = "text" | "text[]" | "uuid[]" | "date" | "int" | "boolean" | "jsonb";

export interface Binding {
  type: SqlType;
  value: unknown;
}

export type Bindings = Readonly<Record<string, Binding>>;

/** SQL split at its placeholders: text, name, text, name, …, text. */
export interface Query {
  readonly pieces: readonly string[];
  readonly names: readonly string[];
  /** The same without the parts that only some parameters need, and these. */
  readonly lean?: { query: Query; without: readonly string[] };
}

// Strings, quoted names, comments and casts are stepped over, so that a colon in them is not a placeholder.
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|::|:=|:([a-z_][a-z0-9_]*)/g;

const PART = /^-- when: (.+)\n([\s\S]*?)^-- end\n/gm;

/**
 * Finds the `:name` placeholders of a query. Lines from `-- when: name, name` to `-- end` are there only while one of these
 * parameters has a value: what else they read decides no other answer, and costs nothing.
 * @throws Error where not all such parts need the same parameters
 */
export function parseQuery(sql: string): Query {
  const needs = new Set([...sql.matchAll(PART)].map(([, names = ""]) => names));
  const [only] = needs;
  if (only === undefined) return split(sql);
  if (needs.size > 1) throw new Error(`parts of one query need ${[...needs].join(" and ")}`);
  return {
    ...split(sql.replaceAll(PART, "$2")),
    lean: { query: split(sql.replaceAll(PART, "")), without: only.split(", ") },
  };
}

/** The query as it is run while these parameters have values. */
export const queryWith = (query: Query, isAsked: (name: string) => boolean): Query =>
  query.lean && !query.lean.without.some(isAsked) ? query.lean.query : query;

function split(sql: string): Query {
  const pieces: string[] = [];
  const names: string[] = [];
  let start = 0;
  for (const match of sql.matchAll(TOKEN)) {
    if (match[1] === undefined) continue;
    pieces.push(sql.slice(start, match.index));
    names.push(match[1]);
    start = match.index + match[0].length;
  }
  pieces.push(sql.slice(start).trimEnd().replace(/;$/, ""));
  return { pieces, names };
}

/**
 * The query as PostgreSQL takes it: typed `$n` placeholders, and the values in their order.
 * @throws Error when a placeholder has no value; the loader makes sure of that beforehand
 */
export function bindQuery(all: Query, bindings: Bindings): { text: string; values: unknown[] } {
  const query = queryWith(all, (name) => (bindings[name]?.value ?? null) !== null);
  const order: string[] = [];
  const values: unknown[] = [];
  const text = query.pieces.reduce((sql, piece, index) => {
    const name = query.names[index - 1] as string;
    const binding = bindings[name];
    if (!binding) throw new Error(`no value for :${name}`);
    if (!order.includes(name)) {
      order.push(name);
      values.push(binding.value);
    }
    return `${sql}$${order.indexOf(name) + 1}::${binding.type}${piece}`;
  });
  return { text, values };
}
