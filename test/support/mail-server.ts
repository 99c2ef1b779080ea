import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and text, as they arrived. */
  source: string;
}

export interface MailServer {
  /** With the login that it wants. */
  url: string;
  received: ReceivedMail[];
  /** Resolves when so many mails have arrived. */
  waitFor(count: number): Promise<void>;
  /** Refuses every mail from now on. */
  refuse(): void;
  close(): Promise<void>;
}

/** A mail server on a free port. */
export async function startMailServer(): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const arrivals = new EventTarget();
  let refuses = false;
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      const isKnown = username === "tidemark" && password === "secret";
      done(isKnown ? null : new Error("wrong login"), isKnown ? { user: "tidemark" } : undefined);
    },
    onData(stream, { envelope }, done) {
      text(stream).then((source) => {
        if (refuses) return done(new Error("no room"));
        const from = envelope.mailFrom ? envelope.mailFrom.address : "";
        received.push({ from, to: envelope.rcptTo.map(({ address }) => address), source });
        done();
        arrivals.dispatchEvent(new Event("mail"));
      }, done);
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://tidemark:secret@127.0.0.1:${port}`,
    received,
    async waitFor(count) {
      while (received.length < count) await once(arrivals, "mail");
    },
    refuse() {
      refuses = true;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
