import { once } from "node:events";
import { type ClientRequest, get, type IncomingMessage } from "node:http";

/** A stream of server-sent events, as a browser has it open. */
export interface Listening {
  response: IncomingMessage;
  /** What has come so far, byte for byte. */
  text(): string;
  /** The ids of the events that have come so far. */
  events(): string[];
  /** Waits until so many events have come. @throws when the stream ends first */
  waitFor(count: number): Promise<string>;
  /** Settles when the server has ended it. */
  ended: Promise<void>;
  hangUp(): void;
}

const EVENT = /^event: changed\nid: ([\w-]+)\ndata: changed\n\n/gm;

/** Opens a stream. Each has a connection of its own, which a pool of them would limit. */
export async function listenTo(
  url: string,
  headers: Record<string, string> = {},
): Promise<Listening> {
  const request: ClientRequest = get(url, {
    headers: { Accept: "text/event-stream", ...headers },
    agent: false,
  });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  response.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  // Hanging up breaks it.
  response.on("error", () => {});
  const ended = new Promise<void>((resolve) => response.once("close", resolve));
  const events = () => [...text.matchAll(EVENT)].map(([, id]) => id as string);
  return {
    response,
    text: () => text,
    events,
    async waitFor(count) {
      while (events().length < count) {
        const over = ended.then(() => {
          throw new Error(`the stream ended after ${events().length} of ${count} events`);
        });
        over.catch(() => {});
        await Promise.race([once(response, "data"), over]);
      }
      return events()[count - 1] as string;
    },
    ended,
    hangUp: () => void request.destroy(),
  };
}
