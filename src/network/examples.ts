import { ShapeError } from '../errors.ts';
import type { Architecture } from './layers.ts';
import { dataWidths } from './plan.ts';
import type { Examples } from './residentData.ts';

/** The arrays of some examples, and their numbers per row. @throws ShapeError if one does not fit the network */
export function arraysOf(
  architecture: Architecture,
  examples: Examples,
): { name: string; width: number; values: Float32Array }[] {
  const { rows, weight } = examples;
  return dataWidths(architecture, weight !== undefined).map(([name, width]) => {
    const values = examples[name as 'x' | 'y' | 'weight']!;
    if (values.length !== rows * width) {
      const what = { x: 'inputs', y: 'outputs' }[name] ?? 'weight';
      throw new ShapeError(
        `${name} has ${values.length} numbers, but ${rows} rows of ${width} ${what} need ${rows * width}`,
      );
    }
    return { name, width, values };
  });
}
