// To make a writer takes longer than to write: a page of a thousand cells needs some ten of them.

// Whoever asks decides the language, so that there may be any number: the oldest goes first.
const MOST = 500;

function remembered<Writer>(make: (language: string, options: object) => Writer) {
  const writers = new Map<string, Writer>();
  return (language: string, options: object): Writer => {
    const key = `${language} ${JSON.stringify(options)}`;
    const known = writers.get(key);
    if (known) return known;
    const [oldest] = writers.keys();
    if (writers.size >= MOST && oldest !== undefined) writers.delete(oldest);
    const writer = make(language, options);
    writers.set(key, writer);
    return writer;
  };
}

/** Writes numbers as a language does. */
export const numberWriter = remembered(
  (language, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options),
);

/** Writes days and instants as a language does. */
export const dateWriter = remembered(
  (language, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, options),
);
