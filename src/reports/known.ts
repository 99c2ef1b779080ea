import type { Freshness } from "./freshness.ts";

/** The answers that a client says it has, by their ETags. */
export interface Known {
  has(tag: string): boolean;
  /** `*`: whatever there is. */
  anything: boolean;
}

export const NOTHING: Known = { has: () => false, anything: false };

/** The client has the answer already, and the same one would come out again. */
export interface Unchanged {
  unchanged: true;
  tag: string;
  freshness: Freshness;
}
