import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type Adapter, type AdapterPayload, type Configuration } from "oidc-provider";
import { createVisitor } from "./visitor.ts";

/** An account at the company. */
export interface Employee {
  email: string;
  email_verified: unknown;
}

/** A company's OpenID Connect provider: a real one, over HTTP, whose accounts and moods a test decides. */
export interface TestCompany {
  settings: { issuer: URL; clientId: string; clientSecret: string | undefined; isOnlyWay: boolean };
  /** By subject. */
  employees: Map<string, Employee>;
  /** Nothing answers, one path answers as a proxy does whose server is gone, or all is well. */
  away: "all" | "/token" | "nothing";
  /** What becomes of ID tokens on their way. */
  tamper: (idToken: string) => string;
  /** Opens it for a service at this address. */
  open(serviceUrl: string): void;
  /**
   * Goes where the service sends somebody, with a browser that has never been there.
   * @param subject who signs in there; undefined: nobody, they go back
   * @returns the path that the provider sends them back to
   */
  visit(url: string, subject: string | undefined): Promise<string>;
  close(): Promise<void>;
}

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** @param options.inIdToken whether the ID token has the e-mail address, or only the answer to one question more */
export async function startCompany({
  isPublic = false,
  inIdToken = false,
} = {}): Promise<TestCompany> {
  let provider: Provider | undefined;
  let person: string | undefined;

  const server = createServer((request, response) => {
    if (company.away === "all") return void request.socket.destroy();
    if (company.away === request.url) {
      response.writeHead(502, { "Content-Type": "text/html" }).end("<h1>Bad gateway</h1>");
      return;
    }
    provider?.callback()(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const create = (serviceUrl: string) => {
    const made = new Provider(origin, {
      ...CONFIGURATION,
      adapter: memory(),
      conformIdTokenClaims: !inIdToken,
      clients: [
        {
          client_id: CLIENT_ID,
          redirect_uris: [`${serviceUrl}/sign-in/company/callback`],
          ...(isPublic ? { token_endpoint_auth_method: "none" } : { client_secret: SECRET }),
        },
      ],
      findAccount: (_context, sub) => ({
        accountId: sub,
        claims: () => ({ sub, ...company.employees.get(sub) }),
      }),
      // The company has agreed once for all of its people.
      async loadExistingGrant({ oidc }) {
        const grant = new oidc.provider.Grant({
          clientId: CLIENT_ID,
          accountId: oidc.session?.accountId as string,
        });
        grant.addOIDCScope("openid email");
        await grant.save();
        return grant;
      },
    });
    made.use(async (context, next) => {
      if (context.path.startsWith("/interaction/")) {
        const result =
          person === undefined ? { error: "access_denied" } : { login: { accountId: person } };
        context.redirect(await made.interactionResult(context.req, context.res, result));
        return;
      }
      await next();
      const body = context.body as { id_token?: string } | undefined;
      if (context.path === "/token" && body?.id_token)
        body.id_token = company.tamper(body.id_token);
    });
    return made;
  };

  const company: TestCompany = {
    settings: {
      issuer: new URL(origin),
      clientId: CLIENT_ID,
      clientSecret: isPublic ? undefined : SECRET,
      isOnlyWay: false,
    },
    employees: new Map(),
    away: "nothing",
    tamper: (idToken) => idToken,
    open(serviceUrl) {
      provider = create(serviceUrl);
    },
    async visit(url, subject) {
      person = subject;
      const browser = createVisitor(origin);
      let at = new URL(url);
      while (at.origin === origin) {
        const answer = await browser.get(at.pathname + at.search);
        const location = answer.headers.get("location");
        if (!location) throw new Error(`${answer.status} ${await answer.text()}`);
        at = new URL(location, origin);
      }
      return at.pathname + at.search;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return company;
}

const CLIENT_ID = "tidemark.reports";
/** With characters that headers and forms write differently. */
const SECRET = "a secret: 100% + more/less";

const CONFIGURATION: Configuration = {
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  cookies: { keys: ["test"] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  jwks: { keys: [privateKey.export({ format: "jwk" }) as never] },
  ttl: { Session: 600, Interaction: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
};

/** What the library's own storage does, which warns on the console of being one. */
function memory(): (model: string) => Adapter {
  const kept = new Map<string, AdapterPayload>();
  return (model) => {
    const key = (id: string) => `${model} ${id}`;
    const where = (fits: (payload: AdapterPayload) => boolean) =>
      [...kept].find(([name, payload]) => name.startsWith(`${model} `) && fits(payload))?.[1];
    return {
      upsert: async (id, payload) => void kept.set(key(id), payload),
      find: async (id) => kept.get(key(id)),
      findByUid: async (uid) => where((payload) => payload.uid === uid),
      findByUserCode: async (code) => where((payload) => payload.userCode === code),
      consume: async (id) => void Object.assign(kept.get(key(id)) ?? {}, { consumed: 1 }),
      destroy: async (id) => void kept.delete(key(id)),
      async revokeByGrantId(grantId) {
        for (const [name, payload] of kept) if (payload.grantId === grantId) kept.delete(name);
      },
    };
  };
}
