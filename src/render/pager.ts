/** Where one is in a list of several pages. */
export function pagerOf(
  hrefOf: (page: number) => string,
  { page, size, shown, count }: { page: number; size: number; shown: number; count: number },
) {
  const first = (page - 1) * size + 1;
  const write = (number: number) => number.toLocaleString("en-US");
  return {
    extent:
      count > size
        ? `${write(first)} to ${write(first + shown - 1)} of ${write(count)}`
        : undefined,
    earlier: page > 1 ? hrefOf(page - 1) : undefined,
    later: page * size < count ? hrefOf(page + 1) : undefined,
  };
}
