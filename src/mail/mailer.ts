import { createTransport } from "nodemailer";

export interface Mail {
  to: { name: string; address: string };
  subject: string;
  /** Plain text: nothing to load, nothing to click that is not to be read. */
  text: string;
}

/** Sends mails through the operator's server. */
export interface Mailer {
  /** Resolves when the server has taken it. */
  send(mail: Mail): Promise<void>;
  /** Waits for what is under way, and takes no more. */
  close(): Promise<void>;
}

/** A server that does not answer must not hold anything up for long. */
const PATIENCE_MS = 20_000;

/** @param smtpUrl such as smtps://user:password@mail.example.com  @param from such as Tidemark <tidemark@example.com> */
export function createMailer({ smtpUrl, from }: { smtpUrl: string; from: string }): Mailer {
  const transport = createTransport(
    {
      url: smtpUrl,
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
      socketTimeout: PATIENCE_MS,
      // A mail holds only what is in it.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from, headers: { "Auto-Submitted": "auto-generated" } },
  );
  const underWay = new Set<Promise<unknown>>();
  return {
    async send(mail) {
      const sending = transport.sendMail(mail);
      underWay.add(sending);
      await sending.finally(() => underWay.delete(sending));
    },
    async close() {
      await Promise.allSettled(underWay);
      transport.close();
    },
  };
}
