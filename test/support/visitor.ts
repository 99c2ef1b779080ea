/** Somebody with a browser that has no scripts: keeps cookies, sends forms, follows nothing by itself. */
export interface Visitor {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Sends a form with the token of the page that was read last. */
  post(
    path: string,
    fields?: Record<string, string> | URLSearchParams,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** Reads the sign-in page and clicks on one of the demo's people. */
  signInAsDemo(person: string): Promise<Response>;
  /** Reads the sign-in page and sends its form. */
  signIn(email: string, password: string): Promise<Response>;
  /** As a browser sends them. */
  cookies(): string;
}

export function createVisitor(url: string, common: Record<string, string> = {}): Visitor {
  const jar = new Map<string, string>();
  let formToken = "";
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");

  const ask = async (path: string, init: RequestInit, headers: Record<string, string>) => {
    const answer = await fetch(url + path, {
      ...init,
      redirect: "manual",
      headers: { Accept: "text/html", Cookie: cookies(), ...common, ...headers },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const [, found] = /name="form_token" value="([^"]*)"/.exec(await answer.clone().text()) ?? [];
    if (found) formToken = found.replaceAll("&#x3D;", "=");
    return answer;
  };

  const visitor: Visitor = {
    cookies,
    get: (path, headers = {}) => ask(path, {}, headers),
    post: (path, fields = {}, headers = {}) => {
      const body = new URLSearchParams(fields);
      if (!body.has("form_token")) body.set("form_token", formToken);
      return ask(path, { method: "POST", body }, headers);
    },
    async signInAsDemo(person) {
      await visitor.get("/sign-in");
      return visitor.post("/sign-in/demo", { person });
    },
    async signIn(email, password) {
      await visitor.get("/sign-in");
      return visitor.post("/sign-in", { email, password });
    },
  };
  return visitor;
}
