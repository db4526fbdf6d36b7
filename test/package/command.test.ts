import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { Stranger, root } from './stranger.ts';

let stranger: Stranger;
beforeAll(async () => {
  stranger = await Stranger.create();
});
const katman = (...words: string[]) => stranger.run('npx', 'katman', ...words);

it('says what it can do, and which version it is, without any other package', async () => {
  const help = await katman('--help');
  expect(help.code).toBe(0);
  expect(help.out).toContain('train a network');
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  expect((await katman('--version')).out.trim()).toBe(version);
});

it('names the package that it lacks in one sentence', async () => {
  const browser = await katman('train', '--data', 'iris');
  expect(browser.code).toBe(3);
  expect(browser.err.trim().split('\n').at(-1)).toMatch(
    /^The package puppeteer, .+ is not installed: npm install puppeteer/,
  );
  const node = await katman('train', '--data', 'iris', '--browser', 'node');
  expect(node.code).toBe(3);
  expect(node.err.trim().split('\n').at(-1)).toMatch(/^The package webgpu, .+ is not installed: npm install/);
  for (const { err } of [browser, node]) expect(err).not.toMatch(/^\s+at /m);
});

it('trains, saves, predicts, evaluates and checks', async () => {
  stranger.give('puppeteer');
  const trained = await katman('train', '--data', 'iris', '--save', 'iris.safetensors', '--json', 'run.json');
  expect(trained.err).not.toMatch(/Error/);
  expect(trained.code).toBe(0);
  expect(trained.out).toMatch(/test +30 .* 0\.9/);
  expect(JSON.parse(stranger.read('run.json')).adapter.kind).toBeTruthy();
  const evaluated = await katman('evaluate', '--model', 'iris.safetensors', '--data', 'iris');
  expect(evaluated.code).toBe(0);
  const predicted = await katman(
    'predict',
    '--model',
    'iris.safetensors',
    '--data',
    'iris',
    '--out',
    'said.csv',
  );
  expect(predicted.code).toBe(0);
  expect(stranger.read('said.csv').trim().split('\n').length).toBe(151);
  cpSync(
    path.join(root, 'golden/07-relu-ce-nesterov.json'),
    stranger.file('golden/07-relu-ce-nesterov.json'),
  );
  const checked = await katman('check', '--golden', 'golden');
  expect(checked.code, checked.err).toBe(0);
});
