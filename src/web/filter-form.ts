/**
 * The filter form sends every field, dates of a period of one's own included. Its answer is a redirect to the short
 * address of the same state, so that addresses stay readable without any script.
 */
export const isForm = (query: URLSearchParams): boolean => query.has("from") || query.has("to");

/** The form's fields as the parameters that reports know. */
export function queryOfForm(form: URLSearchParams): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of form) {
    if (name === "from" || name === "to" || value === "") continue;
    query.append(name, name === "period" && value === "range" ? rangeOf(form) : value);
  }
  return query;
}

const rangeOf = (form: URLSearchParams) => `${form.get("from") ?? ""}..${form.get("to") ?? ""}`;
