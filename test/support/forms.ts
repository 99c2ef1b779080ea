import type { Visitor } from "./visitor.ts";

const TEXT: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' };
const readable = (html: string) =>
  html
    .replace(/&#x([0-9A-F]+);/gi, (_all, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&(?:amp|lt|gt|quot);/g, (entity) => TEXT[entity] as string);

const attribute = (tag: string, name: string) => {
  const [, value] = new RegExp(` ${name}="([^"]*)"`).exec(tag) ?? [];
  return value === undefined ? undefined : readable(value);
};

/** What a browser would send of a page's form, as it stands there: the form with this action, or the first that is posted. */
export function formOf(html: string, action?: string): URLSearchParams {
  const forms = [...html.matchAll(/<form[^>]*method="post"[^>]*>[\s\S]*?<\/form>/g)].map(
    ([form]) => form,
  );
  const form = forms.find((one) => attribute(one.split(">", 1)[0] as string, "action") === action);
  if (form === undefined) throw new Error(`the page has no form for ${action}`);
  const fields = new URLSearchParams();
  for (const [tag] of form.matchAll(/<input[^>]*>|<select[^>]*>[\s\S]*?<\/select>/g)) {
    const name = attribute(tag, "name");
    if (name === undefined) continue;
    if (tag.startsWith("<select")) {
      const options = [...tag.matchAll(/<option[^>]*>/g)].map(([option]) => option);
      const option = options.find((one) => one.includes(" selected")) ?? options[0] ?? "";
      fields.append(name, attribute(option, "value") ?? "");
    } else if (attribute(tag, "type") !== "checkbox" || tag.includes(" checked"))
      fields.append(name, attribute(tag, "value") ?? "");
  }
  return fields;
}

/** Opens a page, changes its form, and sends it; an array is several values. */
export async function fillIn(
  visitor: Visitor,
  path: string,
  changes: Record<string, string | readonly string[]>,
  action = path,
): Promise<Response> {
  const fields = formOf(await (await visitor.get(path)).text(), action);
  return visitor.post(action, changed(fields, changes));
}

export function changed(
  fields: URLSearchParams,
  changes: Record<string, string | readonly string[]>,
): URLSearchParams {
  for (const [name, values] of Object.entries(changes)) {
    fields.delete(name);
    for (const value of [values].flat()) fields.append(name, value);
  }
  return fields;
}
