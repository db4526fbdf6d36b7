import puppeteer, { type Page } from 'puppeteer';
import { describe, expect, inject, it } from 'vitest';
import { openPage } from '../../src/cli/harness.ts';
import { type Loss, dense } from '../../src/network/layers.ts';
import {
  type Optimizer,
  adam,
  adamw,
  momentum,
  nesterov,
  rmsprop,
  sgd,
} from '../../src/network/optimizer.ts';
import { valueAt } from '../../src/page/hand/equation.ts';
import { equationOf } from '../../src/page/hand/equations.ts';
import { transposed } from '../../src/page/hand/equation.ts';
import type { StepLook } from '../../src/session/lookAtStep.ts';
import { drawn, findings, overflow, shoot, views } from './viewPage.ts';

const open = views('hand');

declare const window: Window & { look: StepLook; say(to: string): void };

const FUNCTIONS = {
  σ: (z: number) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  ReLU: (z: number) => Math.max(0, z),
  LReLU: (z: number) => Math.max(0.01 * z, z),
  SiLU: (z: number) => z / (1 + Math.exp(-z)),
  ELU: (z: number) => (z > 0 ? z : Math.expm1(z)),
  softplus: (z: number) => Math.log1p(Math.exp(z)),
  ln: Math.log,
  sqrt: Math.sqrt,
  min: Math.min,
  abs: Math.abs,
  sign: Math.sign,
  clamp: (x: number, most: number) => Math.min(Math.max(x, -most), most),
  argmax: (...x: number[]) => x.indexOf(Math.max(...x)),
};

/** What a sum that is written out comes to. */
function compute(written: string): number {
  const code = written
    .replaceAll('−', '-')
    .replaceAll('·', '*')
    .replaceAll('²', '**2')
    .replaceAll('√', 'sqrt')
    .replaceAll('±', '')
    .replace(/e\^(-?[\d.]+(?:e-?\d+)?)/g, 'exp($1)')
    .replace(/ln ([\d.e-]+)/g, 'ln($1)')
    .replace(/sqrt ?(-?[\d.e-]+) \* ([\d.e-]+)/g, 'sqrt($1 * $2)')
    .replace(/sqrt ?([\d.e-]+)/g, 'sqrt($1)')
    .replace(/\|([^|]+)\|/g, 'abs($1)')
    .replace(/\[([^\]]+) > ½\] = \[([^\]]+) > ½\]/g, '+(($1 > 0.5) === ($2 > 0.5))')
    .replace(/(argmax\([^)]*\)) = (argmax\([^)]*\))/g, '+($1 === $2)');
  return Function(...Object.keys(FUNCTIONS), 'exp', `return ${code}`)(...Object.values(FUNCTIONS), Math.exp);
}

describe('the formulas of a step', () => {
  const cases: [string, string[], Loss, Optimizer, object][] = [
    ['tanh and sigmoid', ['tanh', 'sigmoid'], 'binaryCrossEntropy', sgd({ learningRate: 0.5 }), {}],
    ['ReLU and softmax', ['relu', 'softmax'], 'softmaxCrossEntropy', adam(), { clip: 0.1 }],
    ['leaky ReLU, squares', ['leakyRelu', 'identity'], 'mse', momentum({ l2: 0.1 }), {}],
    ['ELU, Huber', ['elu', 'identity'], 'huber', nesterov({ l1: 0.01 }), { huberDelta: 0.5 }],
    ['SiLU, half squares', ['silu', 'tanh'], 'halfMse', rmsprop(), {}],
    ['softplus', ['softplus', 'softmax'], 'softmaxCrossEntropy', adamw(), { classWeight: 'balanced' }],
    ['rmsprop with momentum', ['sigmoid', 'identity'], 'mse', rmsprop({ momentum: 0.9 }), {}],
  ];

  it('come to the numbers of the GPU, in both orientations', async () => {
    const browser = await puppeteer.connect({ browserWSEndpoint: inject('browserWSEndpoint') });
    const harness = await openPage(browser, inject('serverUrl'), { tasks: '/test/gpu/lookTasks.ts' });
    try {
      for (const [name, [hidden, output], loss, optimizer, options] of cases) {
        const outputs = output === 'softmax' ? 3 : 1;
        const x = Float32Array.from({ length: 10 }, (_, i) => Math.sin(7 * i));
        const y = Float32Array.from({ length: 5 * outputs }, (_, i) =>
          outputs === 1 ? Number(i % 2) : Number(i % 3 === Math.floor(i / 3) % 3),
        );
        const layers = [dense(4, hidden as 'tanh', { dropout: 0.25 }), dense(outputs, output as 'sigmoid')];
        const network = { inputs: 2, layers, init: { kind: 'normal', scale: 0.7, seed: 3 } };
        const fit = { loss, optimizer, batchSize: 5, ...options };
        const { look } = (await harness.run('lookAtStep', {
          network,
          data: { rows: 5, x, y },
          options: fit,
          trained: 2,
        })) as {
          look: StepLook;
        };
        let sums = 0;
        for (const pass of look.passes) {
          const equation = equationOf(pass, look);
          const turned = transposed(equation);
          const { result, operands } = equation;
          // Numbers are written with four digits.
          const size = Math.max(
            ...[result, ...operands].flatMap(({ values }) => Array.from(values, Math.abs)),
          );
          for (let row = 0; row < result.rows; row++) {
            for (let column = 0; column < result.columns; column++) {
              const written = equation.written(row, column);
              expect(turned.written(column, row)).toBe(written);
              for (const { operand, row: r, column: c } of equation.cells(row, column)) {
                const value = valueAt(operands[operand], r, c);
                expect(value, `${pass.label}: ${operand} ${r} ${c}`).toBeTypeOf('number');
                expect(valueAt(turned.operands[operand], c, r)).toBe(value);
              }
              if (!written) continue;
              const want = valueAt(result, row, column);
              const error = Math.abs(compute(written) - want);
              expect(error, `${name}, ${pass.label}: ${written} = ${want}`).toBeLessThanOrEqual(
                2e-3 * Math.max(size, Math.abs(want)),
              );
              sums++;
            }
          }
        }
        expect(sums).toBeGreaterThan(100);
      }
    } finally {
      await harness.close();
      await browser.disconnect();
    }
  });
});

const text = (page: Page, selector: string) =>
  page.$eval(selector, (e) => e.textContent!.replace(/\s+/g, ' ').trim());
const next = '.byhand-walk button:nth-of-type(2)';
const previous = '.byhand-walk button:nth-of-type(1)';
const go = (page: Page, label: string) =>
  page.evaluate((wanted) => {
    const i = window.look.passes.findIndex(({ label }) => label === wanted);
    document.querySelectorAll<HTMLButtonElement>('.byhand-steps button')[i].click();
  }, label);
const shapes = (page: Page) =>
  page.$$eval('.equation .matrix', (all) =>
    all.map(
      (table) =>
        `${table.querySelector('b')!.textContent}${table.querySelector('.matrix-shape')!.textContent}`,
    ),
  );

describe('a step by hand', () => {
  it('goes through all passes, by buttons and by arrow keys', async () => {
    const page = await open();
    const count = await page.evaluate(() => window.look.passes.length);
    const heads: string[] = [];
    for (let i = 0; i < count; i++) {
      heads.push(await text(page, '.byhand h3'));
      expect(await page.$$eval('.equation .matrix', (all) => all.length)).toBeGreaterThan(0);
      await page.click(next);
    }
    expect(heads[0]).toBe(`Step 1 of ${count}: Batch, X`);
    expect(heads[2]).toBe(`Step 3 of ${count}: Forward, Z[1]`);
    expect(new Set(heads).size).toBe(count);
    // At the end there is no further step.
    expect(await text(page, '.byhand h3')).toBe(heads.at(-1));
    await page.keyboard.press('ArrowLeft');
    expect(await text(page, '.byhand h3')).toBe(heads.at(-2));
    await page.click(previous);
    expect(await text(page, '.byhand h3')).toBe(heads.at(-3));
    await page.keyboard.press('ArrowRight');
    expect(await text(page, '.byhand h3')).toBe(heads.at(-2));
    await go(page, 'backward/layer1/dz');
    expect(await page.$eval('.byhand-steps [aria-current=step]', (e) => e.textContent)).toBe('dZ[1]');
  });

  it('shows shapes and formulas, and turns them', async () => {
    const page = await open();
    await go(page, 'forward/layer1/z');
    expect(await text(page, '.pass-formula')).toBe('Z[1] = X · W[1] + b[1]');
    expect(await shapes(page)).toEqual(['Z[1](8 × 4)', 'X(8 × 2)', 'W[1](2 × 4)', 'b[1](1 × 4)']);
    await page.click('.byhand-turn button:nth-of-type(2)');
    expect(await text(page, '.pass-formula')).toBe('Z[1] = W[1] · X + b[1]');
    expect(await shapes(page)).toEqual(['Z[1](4 × 8)', 'W[1](4 × 2)', 'X(2 × 8)', 'b[1](4 × 1)']);
    await shoot(page, 'hand-columns');
    await go(page, 'backward/layer2/dw');
    expect(await text(page, '.pass-formula')).toBe('dW[2] = 1/8 · dZ[2] · A[1]T');
    expect(await shapes(page)).toEqual(['dW[2](1 × 4)', 'dZ[2](1 × 8)', 'A[1]T(8 × 4)']);
    await go(page, 'backward/layer1/da');
    expect(await text(page, '.pass-formula')).toBe('dA[1] = W[2]T · dZ[2]');
    await page.click('.byhand-turn button:nth-of-type(1)');
    expect(await text(page, '.pass-formula')).toBe('dA[1] = dZ[2] · W[2]T');
    await go(page, 'update/layer1/w');
    expect(await text(page, '.pass-formula')).toBe('W[1] = W[1] − 0.5 · dW[1]');
  });

  it('shows where a number comes from, by mouse and by keyboard', async () => {
    const page = await open();
    await go(page, 'forward/layer1/z');
    const sources = () =>
      page.$$eval('.equation .matrix', (all) =>
        all.map((table) =>
          [...table.querySelectorAll('td')].flatMap((td, i) => (td.matches('.source') ? [i] : [])),
        ),
      );
    await page.hover('.result tr:nth-child(3) td:nth-child(2)');
    await drawn(page);
    expect(await sources()).toEqual([[], [4, 5], [1, 5], [1]]);
    expect(await text(page, '.pass-sum')).toMatch(
      /^Z\[1\] row 3, column 2 = \S+ · \S+ \+ \S+ · \S+ \+ \S+ = \S+$/,
    );
    await page.mouse.move(0, 0);
    await page.focus('.result [tabindex="0"]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await text(page, '.pass-sum')).toMatch(/^Z\[1\] row 4, column 3/);
    expect(await sources()).toEqual([[], [6, 7], [2, 6], [2]]);
    const [gpu, oracle] = await page.$$eval('.chosen dd', (all) =>
      all.map((dd) => parseFloat(dd.textContent!.replaceAll('−', '-'))),
    );
    const want = await page.evaluate(() => {
      const { gpu, oracle } = window.look.passes.find(({ label }) => label === 'forward/layer1/z')!;
      return [gpu[14], oracle[14]];
    });
    expect(gpu).toBeCloseTo(want[0], 8);
    expect(oracle).toBeCloseTo(want[1], 8);
    // The same number is chosen after a turn.
    await page.click('.byhand-turn button:nth-of-type(2)');
    expect(await text(page, '.pass-sum')).toMatch(/^Z\[1\] row 3, column 4/);
    await page.click('.chosen .button');
    const shares = await page.$$eval('.result td', (all) =>
      all.map((td) => parseFloat(td.textContent!.replaceAll('−', '-'))),
    );
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    expect(shares.some((share) => share > 0)).toBe(true);
    expect(await text(page, '.chosen dl')).toContain('Difference / bound');
  });

  it('speaks Turkish', async () => {
    const page = await open();
    await page.evaluate(() => window.say('tr'));
    await go(page, 'backward/layer1/db');
    expect(await text(page, '.byhand h3')).toMatch(/^Adım \d+ \/ \d+: Geri yayılım, db\[1\]$/);
    await shoot(page, 'hand-tr');
  });

  for (const dark of [false, true]) {
    for (const width of [360, 1280]) {
      it(`is sound at ${width} px, ${dark ? 'dark' : 'light'}`, async () => {
        const page = await open({ width, dark });
        await page.click(`.byhand-turn button:nth-of-type(${width === 360 ? 2 : 1})`);
        for (const label of ['batch/x0', 'forward/layer1/z', 'loss/losses', 'backward/layer1/dw']) {
          await go(page, label);
          expect(await findings(page)).toEqual([]);
          expect(await overflow(page)).toBeLessThanOrEqual(0);
          await shoot(page, `hand-${width}-${dark ? 'dark' : 'light'}-${label.replaceAll('/', '-')}`);
        }
      });
    }
  }
});
