import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Dataset } from '../../src/data/dataset.ts';
import { DataError } from '../../src/errors.ts';
import type { ModelFile } from '../../src/formats/model.ts';
import { writeScript } from '../../src/formats/script.ts';
import { ACTIVATIONS, type Activation } from '../../src/network/layers.ts';
import { type TrainedModel, type TrainingChoice, train, trainOn } from '../interop/tfjs/trained.ts';

type Value = number | string | null;

const folder = mkdtempSync(path.join(tmpdir(), 'katman-script-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `expression` in a Node of its own, which knows the script's exports as `m` and the rows as `rows`. */
function inNode(script: string, rows: readonly (readonly Value[])[], expression: string): any {
  const file = path.join(folder, 'model.mjs');
  writeFileSync(file, script);
  writeFileSync(path.join(folder, 'rows.json'), JSON.stringify(rows));
  const program = `import * as m from './model.mjs'; import { readFileSync } from 'node:fs';
    const rows = JSON.parse(readFileSync('rows.json', 'utf8'));
    process.stdout.write(JSON.stringify(${expression}));`;
  const node = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (node.status !== 0) throw new Error(node.stderr);
  return JSON.parse(node.stdout);
}

/** Rows of a data set without categories, as lists of values. */
function rowsOf({ x, rows, features }: Dataset): (number | null)[][] {
  return Array.from({ length: rows }, (_, r) =>
    Array.from(x.subarray(r * features.length, (r + 1) * features.length), (value) =>
      Number.isNaN(value) ? null : value,
    ),
  );
}

/** The numbers that `predictAll` has to give: two for a class that one output stands for. */
function wanted({ model, predictions }: TrainedModel): number[] {
  const [...outputs] = predictions;
  return model.classes?.length === 2 ? outputs.flatMap((p) => [1 - p, p]) : outputs;
}

const people: Record<string, Value>[] = Array.from({ length: 60 }, (_, i) => ({
  age: i % 13 === 5 ? null : (i * 37) % 83,
  port: i % 17 === 3 ? null : ['C', 'Q', 'S'][(i * 11) % 3],
  fare: ((i * 29) % 101) / 4,
}));
const peopleRows = people.map(({ age, port, fare }) => [age, port, fare]);
const ports = ['C', 'Q', 'S'];
const peopleData = Dataset.classification({
  name: 'people',
  columns: [{ name: 'age' }, { name: 'port', categories: ports }, { name: 'fare' }],
  features: ['age', 'port=C', 'port=Q', 'port=S', 'fare'],
  targets: ['kind'],
  classes: ['bird', '</script>*/ fish\n', '__proto__'],
  x: Float32Array.from(
    people.flatMap(({ age, port, fare }) => [
      (age as number) ?? NaN,
      ...ports.map((name) => Number(name === port)),
      fare as number,
    ]),
  ),
  labels: people.map((_, i) => (i * 7) % 3),
});

describe('a script', () => {
  const hidden = ACTIVATIONS.filter((name) => name !== 'softmax');
  const cases: [string, Activation, Partial<TrainingChoice>?][] = [
    ...hidden.map((activation): [string, Activation] => ['iris', activation]),
    ...hidden.map((activation): [string, Activation] => ['houses', activation]),
    ['breast_cancer', 'tanh'],
    ['breast_cancer', 'gelu', { standardize: false }],
    ['houses', 'silu', { output: 'softplus' }],
    ['digits', 'relu', { epochs: 1, hidden: [32] }],
    ['digits', 'silu', { epochs: 1, hidden: [] }],
  ];
  it.each(cases)(
    'says to every row of %s what Katman says, to the bit (%s)',
    async (name, activation, choice) => {
      const trained = await trainOn(name, { activation, ...choice });
      const { model, data } = trained;
      const rows = rowsOf(data);
      const got = inNode(writeScript(model), rows, '[[...m.predictAll(rows)], m.predict(rows)]');
      const want = wanted(trained);
      expect(got[0]).toEqual(want);
      const width = model.classes?.length ?? model.targets.length;
      rows.forEach((_, r) => {
        const values = want.slice(r * width, (r + 1) * width);
        const best = model.classes?.[values.indexOf(Math.max(...values))];
        expect(got[1][r]).toEqual(model.classes ? { class: best, probabilities: values } : values);
      });
    },
  );

  it('takes texts, missing values and categories that nobody has seen', async () => {
    const trained = await train(peopleData, { activation: 'elu' });
    const script = writeScript(trained.model);
    const got = inNode(script, peopleRows, '[...m.predictAll(rows)]');
    expect(got).toEqual(wanted(trained));
    const unseen = inNode(script, [], "[[...m.predictAll([[3, 'X', 2]])], [...m.predictAll([[3, '', 2]])]]");
    expect(unseen[0]).toEqual(unseen[1]);
    const exported = inNode(script, [], '[m.columns, m.targets, m.classes]');
    expect(exported).toEqual([peopleData.columns, ['kind'], peopleData.classes]);
  });

  it('refuses rows that are none, and missing values where nothing stands for them', async () => {
    const { model } = await trainOn('iris', { activation: 'tanh', epochs: 1 });
    const script = writeScript(model);
    const message = (row: string) =>
      inNode(
        script,
        [],
        `(() => { try { m.predict([${row}]); } catch (error) { return String(error); } })()`,
      );
    expect(message('[1, 2]')).toBe('TypeError: Row 1 has 2 values, but there are 4 columns');
    expect(message("[1, 'a', 2, 3]")).toMatch(/Row 1 has "a", which is no finite number, in column 'sepal/);
    expect(message('[1, 1e39, 2, 3]')).toMatch(/no finite number/);
    expect(message('[1, NaN, 2, 3]')).toMatch(/no value, and nothing was learnt/);
  });

  it('as TypeScript is strict, and says the same', async () => {
    for (const trained of [
      await trainOn('houses', { activation: 'gelu', epochs: 1 }),
      await trainOn('breast_cancer', { activation: 'silu', epochs: 1 }),
      await train(peopleData, { activation: 'softplus', epochs: 1 }),
    ]) {
      const file = path.join(folder, 'typed.ts');
      writeFileSync(file, writeScript(trained.model, { types: true }));
      const compiler = path.resolve(import.meta.dirname, '../../node_modules/typescript/bin/tsc');
      const options = ['--strict', '--noUnusedLocals', '--noUncheckedIndexedAccess', 'false', '--types', ''];
      const { status, stdout } = spawnSync(
        process.execPath,
        [compiler, ...options, '--target', 'es2022', '--module', 'esnext', '--outDir', folder, file],
        { encoding: 'utf8', cwd: folder },
      );
      expect(stdout).toBe('');
      expect(status).toBe(0);
      const rows = trained.data === peopleData ? peopleRows : rowsOf(trained.data);
      const compiled = readFileSync(path.join(folder, 'typed.js'), 'utf8');
      expect(inNode(compiled, rows, '[...m.predictAll(rows)]')).toEqual(wanted(trained));
    }
  }, 60_000);

  it('says what it is, uses no more than any place has, and lets no name out of its quotes', async () => {
    const { model } = await train(peopleData, { activation: 'tanh', epochs: 1 });
    const script = writeScript(model);
    const code = script.replace(/'[A-Za-z0-9+/=]*'/g, "''");
    expect(script).toMatch(/^\/\/ A neural network in one file/);
    expect(code).toContain('// Network:  5 inputs, 8 tanh, 5 tanh, 3 softmax; 111 weights and biases');
    expect(code).toMatch(/\/\/ {3}train\.loss: 1\.\d+/);
    expect(code).not.toMatch(
      /\beval\b|\bFunction\b|\brequire\b|\bprocess\b|\bBuffer\b|\bwindow\b|\bdocument\b/,
    );
    expect(code).not.toMatch(/^import|<\/script|[‹›]/m);
    const named = { ...model, targets: ['a\n; throw 1 //'], metrics: { 'x\u2028throw 2': '*/ </script>' } };
    expect(inNode(writeScript(named), [], 'm.targets')).toEqual(['a\n; throw 1 //']);
  });

  it('is not written for an activation that Katman does not have', async () => {
    const { model } = await trainOn('iris', { activation: 'tanh', epochs: 1 });
    for (const activation of ['phi', 'maxout', 'constructor']) {
      const layers = model.network.layers.map((layer) => ({
        ...layer,
        activation: activation as Activation,
      }));
      const other: ModelFile = { ...model, network: { ...model.network, layers } };
      expect(() => writeScript(other)).toThrow(DataError);
    }
  });
});
