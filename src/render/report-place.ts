/** Where the page of a report is, which decides where its links lead. */
export interface ReportPlace {
  /** The report with other filters; undefined where nobody can change them. */
  filtered(filters: URLSearchParams): string | undefined;
  /** The same with its tables sorted or turned in another way. */
  shown(filters: URLSearchParams, shown: URLSearchParams): string;
  /** Its rows, with the filters that the page has. @param more which rows, and how they are sorted */
  download(format: string, filters: URLSearchParams, more?: URLSearchParams): string;
  /** Where it hears of changes while it is open; undefined where it does not. */
  changes: string | undefined;
}

const withQuery = (path: string, ...parts: (URLSearchParams | undefined)[]) => {
  const query = new URLSearchParams(parts.flatMap((part) => [...(part ?? [])]));
  return query.size > 0 ? `${path}?${query}` : path;
};

/** At its own address. */
export const ownPlace = (slug: string): ReportPlace => ({
  filtered: (filters) => withQuery(`/reports/${slug}`, filters),
  shown: (filters, shown) => withQuery(`/reports/${slug}`, filters, shown),
  download: (format, filters, more) => withQuery(`/reports/${slug}.${format}`, filters, more),
  changes: `/reports/${slug}/changes`,
});

/** On paper, from which nothing leads anywhere. */
export const paperPlace: ReportPlace = {
  filtered: () => undefined,
  shown: () => "",
  download: () => "",
  changes: undefined,
};

/** Behind a link, which has its filters. @param pathOf where the page is, and its downloads */
export const sharedPlace = (pathOf: (format?: string) => string): ReportPlace => ({
  filtered: () => undefined,
  shown: (_filters, shown) => withQuery(pathOf(), shown),
  download: (format, _filters, more) => withQuery(pathOf(format), more),
  changes: undefined,
});
