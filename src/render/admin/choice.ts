/** Options of a select, with those in force marked. */
export const chosen = <T extends { value: string }>(options: readonly T[], ...values: unknown[]) =>
  options.map((option) => ({ ...option, isChosen: values.includes(option.value) }));
