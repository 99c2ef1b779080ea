/** One line that is written over, on a terminal only; an empty text clears it. */
export function showProgress(text: string) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
