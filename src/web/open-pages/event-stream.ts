import type { Response } from "express";

/** How long a browser waits before it connects again: each another time, so that they do not come all at once. */
const RECONNECT_MS = { least: 2_000, most: 10_000 };

/** What goes to one open page: server-sent events, which carry no data. */
export interface EventStream {
  /** Says that the page is to be read again. The browser names the version when it connects anew. */
  tellChanged(version: string): void;
  /** Says that the page still shows what there is. */
  tellUnchanged(): void;
  /** Says nothing, so that proxies do not take the connection for a dead one. */
  beat(): void;
  /** Ends it. The browser comes back, unless it is refused then. */
  end(): void;
}

/** Headers of an answer that is not kept, gathered or compressed on its way. */
export function setStreamHeaders(response: Response): void {
  response.set({
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
  });
}

/** Begins the answer. */
export function startEventStream(response: Response): EventStream {
  setStreamHeaders(response);
  const { least, most } = RECONNECT_MS;
  response.write(`retry: ${Math.round(least + Math.random() * (most - least))}\n\n`);
  const write = (text: string) => {
    // Whoever does not take these few bytes is gone, and the connection has not noticed.
    if (response.writableNeedDrain || response.writableEnded) response.destroy();
    else response.write(text);
  };
  return {
    tellChanged: (version) => write(`event: changed\nid: ${version}\ndata: changed\n\n`),
    tellUnchanged: () => write("event: unchanged\ndata: unchanged\n\n"),
    beat: () => write(":\n\n"),
    end: () => response.end(),
  };
}
