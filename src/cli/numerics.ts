import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KatmanError } from '../errors.ts';
import { LEVELS } from '../lab/contract.ts';
import type { CheckReceipt } from './check.ts';
import { softness } from './checkKernels.ts';
import { ROOT } from './server.ts';

const FILE = path.join(ROOT, 'docs/numerics.md');
const BEGIN = '<!-- worst fractions: written by `npm run check -- --numerics` -->';
const END = '<!-- end of worst fractions -->';

/**
 * Puts the worst fractions of this run into docs/numerics.md, between its markers.
 * @throws KatmanError if the markers are not there
 */
export async function rewriteNumerics(receipt: CheckReceipt): Promise<void> {
  const text = await readFile(FILE, 'utf8');
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (start < 0 || end < start) throw new KatmanError(`${FILE} lacks the lines '${BEGIN}' and '${END}'`);
  const table = `${BEGIN}\n\n${tableOf(receipt)}\n\n`;
  await writeFile(FILE, text.slice(0, start) + table + text.slice(end));
}

function stepsOf(steps: NonNullable<CheckReceipt['steps']>): string {
  return Object.entries(steps)
    .map(
      ([plan, { exact, judged }]) =>
        `Whole steps of the ${plan} plan on whole numbers: ${exact.networks} networks, ${exact.elements} numbers, all equal; with every method: ${judged.networks} networks, ${judged.results} results, the worst at ${judged.worst.toPrecision(2)} of its rigorous bound.`,
    )
    .join(' ');
}

function tableOf({ adapter, browser, kernels, steps }: CheckReceipt): string {
  const name = [adapter!.vendor, adapter!.architecture].filter(Boolean).join(' ') || 'unnamed';
  const date = new Date().toISOString().slice(0, 10);
  const rows = Object.entries(kernels!).map(([kernel, { cases, levels }]) => [
    kernel,
    String(cases),
    ...LEVELS.map((level) => {
      const report = levels[level];
      if (!report) return '–';
      if (level === 'exact' || level === 'mirror') return report.fraction === 0 ? 'equal' : 'different';
      return report.fraction.toPrecision(2) + softness(level, report.fraction);
    }),
    String(Object.values(levels).reduce((sum, { elements }) => sum + elements, 0)),
  ]);
  const head = ['kernel', 'cases', ...LEVELS, 'numbers compared'];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `Adapter ${name} (${adapter!.kind}), ${browser!.name} ${browser!.version}, ${date}. ${stepsOf(steps!)}`,
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
  ].join('\n');
}
