/** The parameters that reports share. A report names those it takes. */
export const parameterNames = [
  "period",
  "compare",
  "team",
  "owner",
  "industry",
  "source",
  "product",
  "stage",
  "signal",
  "currency",
] as const;

export type ParameterName = (typeof parameterNames)[number];
