/** `--learning-rate=0.1`, `--layers=64,32`, `--no-shuffle`: an option with a value; undefined for what none can have. */
export function wordsFor(long: string, value: unknown): string[] | undefined {
  if (typeof value === 'boolean') return long.startsWith('--no-') ? (value ? [] : [long]) : undefined;
  const isWord = (one: unknown) => typeof one === 'number' || typeof one === 'string';
  const values = Array.isArray(value) ? value : [value];
  if (!values.every(isWord)) return undefined;
  return [`${long}=${values.length ? values.join() : 'none'}`];
}
