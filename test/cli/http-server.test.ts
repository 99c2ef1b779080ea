import type { RequestListener } from "node:http";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { checkPort, listen } from "../../src/cli/http-server.ts";
import { failureOf } from "../support/refusal.ts";

describe("the HTTP server", () => {
  const never = new AbortController().signal;

  /** A server whose requests wait for `answer()`. */
  async function slow() {
    const arrived = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const server = await listen(
      async (_request, response) => {
        arrived.resolve();
        await answer.promise;
        response.end("all of it");
      },
      0,
      "127.0.0.1",
    );
    const reply = fetch(server.address).then(
      (response) => response.text(),
      () => "dropped",
    );
    await arrived.promise;
    return { server, reply, answer: answer.resolve };
  }

  it("finishes the requests that run before it closes, and takes no more", async () => {
    const { server, reply, answer } = await slow();
    const closed = server.close({ hurry: never });
    const refused = await fetch(server.address).then(
      () => "answered",
      () => "refused",
    );
    expect(refused).to.equal("refused");
    answer();
    await closed;
    expect(await reply).to.equal("all of it");
  });

  it("drops them when it must hurry", async () => {
    const { server, reply } = await slow();
    await server.close({ hurry: AbortSignal.abort() });
    expect(await reply).to.equal("dropped");
  });

  /** What comes back to a client that sends this and then nothing more. */
  async function dawdle(port: number, text: string): Promise<string> {
    const socket = connect(port, "127.0.0.1");
    socket.write(text);
    let received = "";
    for await (const chunk of socket) received += chunk;
    return received;
  }

  it("waits for nobody who takes for ever to say what they want", async () => {
    const patience = {
      headersTimeout: 100,
      requestTimeout: 200,
      connectionsCheckingInterval: 20,
    };
    const app: RequestListener = (request, response) => {
      request.on("error", () => {});
      request.resume().on("end", () => response.end("all of it"));
    };
    const server = await listen(app, 0, "127.0.0.1", patience);
    const port = Number(new URL(server.address).port);
    const head = "POST / HTTP/1.1\r\nHost: x\r\n";
    const timedOut = /^HTTP\/1\.1 408 /;
    expect(await dawdle(port, head)).to.match(timedOut);
    expect(await dawdle(port, `${head}Content-Length: 9\r\n\r\nhalf`)).to.match(timedOut);
    const tooMuch = `${head}X: ${"x".repeat(20_000)}\r\n\r\n`;
    expect(await dawdle(port, tooMuch)).to.match(/^HTTP\/1\.1 431 /);
    await server.close({ hurry: never });
  });

  it("leaves an answer all the time that it takes, however little comes of it", async () => {
    const patience = { headersTimeout: 50, requestTimeout: 100, connectionsCheckingInterval: 20 };
    const app: RequestListener = async (_request, response) => {
      for (let second = 0; second < 5; second += 1) {
        response.write(".");
        await delay(100);
      }
      response.end();
    };
    const server = await listen(app, 0, "127.0.0.1", { ...patience, keepAliveTimeout: 50 });
    expect(await (await fetch(server.address)).text()).to.equal(".....");
    await server.close({ hurry: never });
  });

  it("explains an address that it cannot have", async () => {
    const { server, reply, answer } = await slow();
    const port = Number(new URL(server.address).port);
    expect((await failureOf(checkPort(port, "127.0.0.1"))).code).to.equal("port_in_use");
    answer();
    await reply;
    await server.close({ hurry: never });
    const elsewhere = await failureOf(checkPort(port, "192.0.2.1"));
    expect(elsewhere.message).to.match(/^HOST: "192\.0\.2\.1" is no address/);
  });
});
