import Papa from 'papaparse';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { katman, useFolder } from './command.ts';
import { csv, sampleRows } from './models.ts';

const folder = useFolder();
const adapter = ['--require', inject('adapter')];
const at = (name: string) => path.join(folder, name);

function file(name: string, content: string): string {
  writeFileSync(at(name), content);
  return at(name);
}

/** Runs a command that is to succeed. */
async function done(...words: string[]) {
  const ended = await katman([...words, ...adapter]);
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

describe('cells', () => {
  it('without a value are refused, left out or imputed by predict, as told', async () => {
    const data = file('train.csv', csv(sampleRows(80), ['age', 'port', 'fare', 'kind']));
    const saved = at('kinds.safetensors');
    const few = ['--layers', '4', '--epochs', '2', '--save', saved];
    await done('train', '--data', data, '--missing', 'impute', ...few);
    const gaps = file('gaps.csv', 'age,port,fare\n1,C,2\n,S,3\n3,,4\n4,Q,5\n');
    const words = ['predict', '--model', saved, '--data', gaps, '--out', at('p.csv')];
    const lines = () => readFileSync(at('p.csv'), 'utf8').trimEnd().split('\n');
    await done(...words);
    expect(lines()).toHaveLength(5);
    const dropped = await done(...words, '--missing', 'drop');
    expect(lines()).toHaveLength(3);
    expect(dropped.stderr).toMatch(/2 of 4 rows have missing values and are left out/);
    expect(dropped.stderr).toMatch(/There is no prediction for row 3, 4\n/);
    const refused = await katman([...words, '--missing', 'refuse']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/missing values in columns 'age' \(first in row 3\), 'port'/);
    const builtin = await katman([...words.slice(0, 4), 'iris', ...words.slice(5), '--missing', 'drop']);
    expect(builtin.code).toBe(2);
    expect(builtin.stderr).toMatch(/--missing is for CSV files/);

    await done('train', '--data', data, '--missing', 'drop', ...few);
    const unlearnt = await katman([...words, '--missing', 'impute']);
    expect(unlearnt.code).toBe(2);
    expect(unlearnt.stderr).toMatch(/The model has learnt nothing to impute/);
  });

  it('with commas are quoted in what is printed, in predictions and in the confusion matrix', async () => {
    const names = ['low, or none', 'high'];
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 10},"${names[Number(i % 10 > 4)]}"`);
    const data = file('names.csv', `x,y\n${rows.join('\n')}\n`);
    const saved = at('names.safetensors');
    const few = ['--layers', '4', '--epochs', '20', '--save', saved];
    const trained = await done('train', '--data', data, ...few);
    expect(trained.stderr).toMatch(/2 classes \(high, "low, or none"\)/);
    const predicted = await done('predict', '--model', saved, '--data', data, '--out', '-');
    expect(predicted.stdout).toMatch(/^prediction,p\(high\),"p\(low, or none\)"\n/);
    const [, ...cells] = Papa.parse<string[]>(predicted.stdout.trimEnd()).data;
    for (const row of cells) expect([row.length, names.includes(row[0])]).toEqual([3, true]);
    const { stdout } = await done('evaluate', '--model', saved, '--data', data);
    expect(stdout).toMatch(/actual \\ predicted +high +"low, or none"\n/);
  });
});
