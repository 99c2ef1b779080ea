import type { Writable } from "node:stream";
import { constants, createBrotliCompress, createGzip, createZstdCompress } from "node:zlib";
import type { Request, Response } from "express";
import type { Format } from "../render/formats.ts";

// At levels that keep up with PostgreSQL: a download is read once.
const ENCODERS = {
  zstd: () => createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  br: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  gzip: () => createGzip({ level: 1 }),
};

type Encoding = keyof typeof ENCODERS;

const preferred = Object.keys(ENCODERS) as Encoding[];

export interface Encoded {
  /** Takes what is to be sent. */
  output: Writable;
  /** Called before the first of it. */
  begin(): void;
  /** Called when all of it was written. */
  end(): void;
}

/**
 * An answer that goes out compressed, where the client takes that and it helps: a workbook is compressed already. One that
 * breaks off lacks its last chunk all the same.
 */
export function encoded(request: Request, response: Response, format: Format): Encoded {
  const plain = { output: response, begin: () => {}, end: () => void response.end() };
  if (format === "xlsx") return plain;
  response.vary("Accept-Encoding");
  const encoding = preferred.find((one) => request.acceptsEncodings(one));
  if (!encoding) return plain;
  const encoder = ENCODERS[encoding]();
  encoder.pipe(response);
  response.once("close", () => encoder.destroy());
  return {
    output: encoder,
    begin: () => response.set("Content-Encoding", encoding),
    end: () => encoder.end(),
  };
}
