/** A column of the data as it comes: a number is one feature, a text one for each of its categories. */
export interface Column {
  /** What its head says. */
  readonly name: string;
  /** What a column of text can hold, in the order of its features; undefined for numbers. */
  readonly categories?: readonly string[];
}

/** Names of the features that columns become: `age`, or `port=C`, `port=S` for a column of text. */
export function featuresOf(columns: readonly Column[]): string[] {
  return columns.flatMap(({ name, categories }) =>
    categories ? categories.map((category) => `${name}=${category}`) : [name],
  );
}

/** How many features columns become. */
export function featureCount(columns: readonly Column[]): number {
  return columns.reduce((sum, { categories }) => sum + (categories?.length ?? 1), 0);
}
