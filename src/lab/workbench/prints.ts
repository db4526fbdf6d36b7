import { hasPrints, withPrints, withoutPrints } from '../../wgsl/prints.ts';
import { type Traced, Unfit, problemAt } from './trace.ts';

export { hasPrints };

/**
 * What is judged and timed of a text, and beside it the text with its prints, if it has any.
 * @throws Unfit with the lines of the prints that cannot be made
 */
export function apart({ lines, origins }: Traced): { readonly text: string; readonly printing?: string } {
  const printing = lines.join('\n') + '\n';
  if (!hasPrints(printing)) return { text: printing };
  const { problems } = withPrints(printing);
  if (problems.length)
    throw new Unfit(
      problems.map(({ at, message }) => {
        const before = printing.slice(0, at).split('\n');
        return problemAt(origins[before.length - 1], before[before.length - 1].length + 1, message);
      }),
    );
  return { text: withoutPrints(printing), printing };
}
