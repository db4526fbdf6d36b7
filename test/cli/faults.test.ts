import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { katman, useFolder } from './command.ts';

const folder = useFolder();
const words = ['train', '--data', 'iris', '--epochs', '2', '--seed', '3', '--require', inject('adapter')];

describe('the surroundings of a run', () => {
  it('a proxy that leads nowhere is not asked', async () => {
    const proxy = 'http://127.0.0.1:9';
    const env = {
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      ALL_PROXY: proxy,
      http_proxy: proxy,
      all_proxy: proxy,
    };
    const { code, stderr } = await katman(words, { env: { ...env, NO_PROXY: '', no_proxy: '' } });
    expect(code, stderr).toBe(0);
  });

  it('two runs at once do not meet: each gives the bits of one alone', async () => {
    const ended = await Promise.all([1, 2].map(() => katman([...words, '--json', '-'])));
    const [one, two] = ended.map(({ code, stdout, stderr }) => {
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout).weights;
    });
    expect(one).toBe(two);
  });

  it('a disk that is full ends with exit 4 and the name of what was not written', async () => {
    const model = path.join(folder, 'full.safetensors');
    symlinkSync('/dev/full', model);
    const { code, stderr } = await katman([...words, '--save', model]);
    expect(stderr).toMatch(/'.*full\.safetensors' could not be written: ENOSPC.*; choose another place/);
    expect(code).toBe(4);
  });
});
