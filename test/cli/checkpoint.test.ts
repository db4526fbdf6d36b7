import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { Receipt } from '../../src/cli/receipt.ts';
import { type Ended, katman, useFolder, useTemporary } from './command.ts';

const folder = useFolder();
const temporary = useTemporary();
const at = (name: string) => path.join(folder, name);
const receipt = (name: string): Receipt => JSON.parse(readFileSync(at(name), 'utf8'));
const checkpoints = (name: string) => {
  try {
    return readdirSync(at(name)).filter((file) => /^checkpoint-\d+\.safetensors$/.test(file));
  } catch {
    return [];
  }
};

const training = [
  ...[
    'train',
    '--data',
    'iris',
    '--layers',
    '16',
    '--dropout',
    '0.2',
    '--optimizer',
    'adam',
    '--steps',
    '2000',
  ],
  ...['--batch', '20', '--validation-split', '0.2', '--require', inject('adapter')],
];
const run = (words: readonly string[], onStart?: Parameters<typeof katman>[1]) =>
  katman(words, { env: temporary.env, ...onStart });

/** Begins to train with checkpoints in a folder, and does something when there are some. */
async function interrupted(name: string, act: (pid: number) => unknown): Promise<Ended> {
  return run([...training, '--checkpoint', at(name), '--every', '100'], {
    onStart: (child) => {
      let hasEnded = false;
      child.once('close', () => (hasEnded = true));
      const look = async () => {
        while (checkpoints(name).length < 2 && !hasEnded) await sleep(5);
        if (!hasEnded) await act(child.pid!);
      };
      void look();
    },
  });
}

/** The browser of a run here, or its process for the GPU. */
function browserProcess(isWanted: (line: string) => boolean): number {
  const found = readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      return environment.includes(temporary.env.TMPDIR!) && /chrom|edge/i.test(line) && isWanted(line);
    } catch {
      return false;
    }
  });
  return Number(found[0]);
}

let whole: Receipt;
beforeAll(async () => {
  const { code, stderr } = await run([...training, '--json', at('whole.json')]);
  expect(code, stderr).toBe(0);
  whole = receipt('whole.json');
});

/** Resumes, and sees that nothing shows that there was a stop. */
async function goOn(name: string): Promise<string> {
  const json = `${name}.json`;
  const { code, stderr } = await run([
    'train',
    '--resume',
    at(name),
    '--require',
    inject('adapter'),
    '--json',
    at(json),
  ]);
  expect(code, stderr).toBe(0);
  const resumed = receipt(json);
  expect(resumed.weights).toBe(whole.weights);
  expect(resumed.loss).toEqual(whole.loss);
  expect(resumed.metrics).toEqual(whole.metrics);
  expect(resumed.segments).toEqual(whole.segments);
  expect(resumed.experiment).toEqual(whole.experiment);
  return stderr;
}

describe('katman train --checkpoint, and --resume', () => {
  it('goes on after the browser was killed, to the same bits; a damaged checkpoint is passed over', async () => {
    const { code, stderr } = await interrupted('killed', () =>
      process.kill(
        browserProcess((line) => !line.includes('--type=')),
        'SIGKILL',
      ),
    );
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(
      /The last checkpoint is that of step \d+; go on with 'katman train --resume \S+killed'/,
    );
    const names = checkpoints('killed').sort();
    expect(names.length).toBe(2);
    truncateSync(at(`killed/${names[1]}`), statSync(at(`killed/${names[1]}`)).size - 1);
    const said = await goOn('killed');
    expect(said).toMatch(
      new RegExp(`${names[1]}' has \\d+ bytes where its header says \\d+: it is cut off or damaged`),
    );
    expect(said).toMatch(new RegExp(`Going on after step \\d+00 of 2000, from '\\S+${names[0]}'`));
    const again = await run([
      'train',
      '--resume',
      at('killed'),
      '--require',
      inject('adapter'),
      '--json',
      at('again.json'),
    ]);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toMatch(/is finished: nothing is left to do after step 2000/);
    expect(receipt('again.json').weights).toBe(whole.weights);
  });

  it('goes on after the GPU process was killed, by itself', async () => {
    const json = ['--json', at('lost.json')];
    let isKilled = false;
    const { code, stderr } = await run([...training, ...json, '--checkpoint', at('lost'), '--every', '100'], {
      onStart: async (child) => {
        let hasEnded = false;
        child.once('close', () => (hasEnded = true));
        while (checkpoints('lost').length < 1 && !hasEnded) await sleep(5);
        if (hasEnded) return;
        process.kill(
          browserProcess((line) => line.includes('--type=gpu-process')),
          'SIGKILL',
        );
        isKilled = true;
      },
    });
    expect(isKilled).toBe(true);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/The GPU device was lost once and opened again; training went on/);
    expect(receipt('lost.json').weights).toBe(whole.weights);
    expect(receipt('lost.json').segments!.length).toBe(2);
  });

  it('saves a last checkpoint on SIGINT, and says how to go on; another process cannot have its folder', async () => {
    let second: Promise<Ended> | undefined;
    const { code, stderr } = await interrupted('stopped', async (pid) => {
      process.kill(pid, 'SIGSTOP');
      second = run([...training, '--checkpoint', at('stopped')]);
      const refused = await second;
      expect(refused.code, refused.stderr).toBe(2);
      expect(refused.stderr).toMatch(
        new RegExp(`Process ${pid} is writing its checkpoints to '\\S+stopped'; wait for it`),
      );
      process.kill(pid, 'SIGCONT');
      process.kill(pid, 'SIGINT');
    });
    await second;
    expect(code, stderr).toBe(130);
    expect(stderr).toMatch(
      /The last checkpoint is that of step \d+; go on with 'katman train --resume \S+stopped'/,
    );
    expect(readdirSync(at('stopped'))).not.toContain('lock');
    expect(await goOn('stopped')).toMatch(/Going on after step \d+ of 2000/);
    expect(temporary.left()).toEqual([]);
  });

  it('ends with 4 on a full disk, and leaves what was there before', async () => {
    const disk = at('disk');
    mkdirSync(disk);
    // Room for some checkpoints and no more; without the right to mount, a folder that is closed meanwhile.
    const isMounted = process.getuid?.() === 0;
    if (isMounted) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'tmpfs', disk]);
    try {
      const words = [...training, '--checkpoint', path.join(disk, 'full'), '--every', '300'];
      const { code, stderr } = await run(words, {
        onStart: async () => {
          while (!isMounted && !checkpoints('disk/full').length) await sleep(5);
          if (!isMounted) chmodSync(at('disk/full'), 0o555);
        },
      });
      expect(code, stderr).toBe(4);
      expect(stderr).toMatch(
        /The checkpoint '\S+checkpoint-\d+\.safetensors' could not be written: (the disk is full|there is no permission)/,
      );
      if (!isMounted) chmodSync(at('disk/full'), 0o755);
      expect(readdirSync(path.join(disk, 'full')).filter((name) => name.endsWith('tmp'))).toEqual([]);
      const left = checkpoints('disk/full');
      expect(left.length).toBeGreaterThan(0);
      mkdirSync(at('moved'));
      for (const name of [...left, 'run.json'])
        copyFileSync(path.join(disk, 'full', name), at(`moved/${name}`));
      await goOn('moved');
    } finally {
      if (isMounted) execFileSync('umount', [disk]);
    }
  });

  it('refuses, in a sentence, what belongs to another run', async () => {
    mkdirSync(at('other'));
    for (const name of readdirSync(at('killed'))) copyFileSync(at(`killed/${name}`), at(`other/${name}`));
    const changed = readFileSync(at('other/run.json'), 'utf8').replace(/"sha256": "./, '"sha256": "x');
    const answers: [string[], number, RegExp][] = [
      [
        ['--resume', at('killed'), '--batch', '30'],
        2,
        /--batch is 30 here, and 20 in the run that '\S+killed' holds/,
      ],
      [
        ['--resume', at('killed'), '--checkpoint', at('x')],
        2,
        /'--resume <folder>' cannot be used with option '--checkpoint <folder>'/,
      ],
      [
        ['--resume', at('none')],
        2,
        /The experiment '\S+none.run\.json' cannot be read: there is no such file/,
      ],
      [['--checkpoint', at('killed')], 2, /holds the checkpoints of another run; go on with it by --resume/],
      [['--every', '5'], 2, /--every belongs to --checkpoint or --resume/],
      [
        ['--checkpoint', at('x'), '--every', '1.5'],
        2,
        /whole number of steps, or of seconds with an s \(30s\), not '1.5'/,
      ],
      [['--checkpoint', at('x'), '--folds', '3'], 2, /--folds trains several networks/],
      [
        ['--checkpoint', at('whole.json')],
        4,
        /could not be written: .*(there is a file of that name|it is no folder)/,
      ],
    ];
    for (const [words, code, message] of answers) {
      const ended = await run(['train', '--data', 'iris', ...words]);
      expect(ended.stderr).toMatch(message);
      expect(ended.code, ended.stderr).toBe(code);
    }
    writeFileSync(at('other/run.json'), changed);
    const moved = await run(['train', '--resume', at('other')]);
    expect([moved.code, moved.stderr]).toEqual([
      2,
      expect.stringMatching(/is not the data that the run in '\S+other' was trained on/),
    ]);
    // Damaged to the last: nothing is trained, nothing is begun anew.
    for (const name of checkpoints('other')) truncateSync(at(`other/${name}`), 100);
    copyFileSync(at('killed/run.json'), at('other/run.json'));
    const damaged = await run(['train', '--resume', at('other')]);
    expect([damaged.code, damaged.stderr]).toEqual([
      2,
      expect.stringMatching(/No checkpoint in '\S+other' is whole: /),
    ]);
  });
});
