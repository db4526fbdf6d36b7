import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/random.ts';
import type { SweepReport } from '../../src/sweep/report.ts';
import { katman, useFolder } from '../cli/command.ts';
import { Fleet } from './fleet.ts';
import { type Redis, startRedis } from './redis.ts';

const folder = useFolder();
const at = (name: string) => path.join(folder, name);
const write = (name: string, content: object) => {
  writeFileSync(at(name), JSON.stringify(content));
  return at(name);
};
const report = (name: string): SweepReport => JSON.parse(readFileSync(at(name), 'utf8'));
const lasting = ({ times: _, ...rest }: SweepReport) => rest;
const software = ['--require', 'software'];

let redis: Redis;
let fleet: Fleet;
beforeAll(async () => {
  redis = await startRedis();
  // What a worker that was killed leaves behind lies in the folder of the test.
  fleet = new Fleet(redis.url, { TMPDIR: folder });
});
afterAll(async () => {
  await fleet?.stop();
  await redis?.stop();
});

/** 60 tiny trials: 10 configurations, 3 seeds, 2 folds. */
const SIXTY = {
  format: 'katman-sweep/1',
  data: 'iris',
  experiment: { epochs: 5, optimizer: 'adam', layers: [8] },
  grid: { learningRate: [0.002, 0.005, 0.01, 0.02, 0.05], batch: [16, 32] },
  seeds: [1, 2, 3],
  folds: 2,
};

describe('a sweep over workers', () => {
  it('loses no trial and counts none twice, though workers are killed at random, and has the table of one process', async () => {
    const spec = write('sixty.json', SIXTY);
    const random = new Random(7);
    const words = [...software, '--lock', '2'];
    const workers = [fleet.start(...words), fleet.start(...words), fleet.start(...words)];
    let running = true;
    let killed = 0;
    const sweep = katman(['sweep', '--spec', spec, '--redis', redis.url, '--json', at('fleet.json')]).finally(
      () => (running = false),
    );
    await Promise.all(workers.map(({ ready }) => ready));
    while (running && killed < 4) {
      await sleep(random.uniform(300, 1500));
      if (!running) break;
      const i = random.integer() % workers.length;
      if (workers[i].child.exitCode !== null) continue;
      workers[i].child.kill('SIGKILL');
      killed++;
      workers[i] = fleet.start(...words);
    }
    const ended = await sweep;
    expect(ended.code, ended.stderr).toBe(0);
    expect(killed).toBeGreaterThanOrEqual(2);
    const many = report('fleet.json');
    expect(many.trials).toHaveLength(60);
    expect(new Set(many.trials.map(({ id }) => id)).size).toBe(60);
    expect(many.trials.filter(({ outcome }) => outcome !== 'done')).toEqual([]);

    await fleet.stop();
    const alone = await katman([
      'sweep',
      '--spec',
      spec,
      '--pages',
      '2',
      ...software,
      '--json',
      at('alone.json'),
    ]);
    expect(alone.code, alone.stderr).toBe(0);
    expect(lasting(many)).toEqual(lasting(report('alone.json')));
    expect(ended.stdout).toBe(alone.stdout);
    // Nine starts of a browser, on machines that have other things to do as well.
  }, 400_000);

  it('takes the data along, stops the hopeless, and saves the best model', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, i) => `${i % 7},${(i * 5) % 9},${i % 7 > 3 ? 'large' : 'small'}`,
    );
    writeFileSync(at('sizes.csv'), `a,b,size\n${rows.join('\n')}\n`);
    const spec = write('sizes.json', {
      format: 'katman-sweep/1',
      data: 'sizes.csv',
      experiment: { layers: [4], epochs: 8, optimizer: 'adam' },
      grid: { learningRate: [0.0001, 0.1] },
      stop: { after: 4 },
    });
    // A worker elsewhere: it has no such file.
    const worker = fleet.start(...software);
    await worker.ready;
    const words = ['sweep', '--spec', spec, '--redis', redis.url, '--json', at('sizes.out.json')];
    const ended = await katman([...words, '--save', at('best.safetensors')]);
    expect(ended.code, ended.stderr).toBe(0);
    const { rungs, ranking, configurations, best, trials } = report('sizes.out.json');
    expect(rungs).toEqual([4, 8]);
    expect(ranking[0]).toBe(1);
    expect(configurations.map(({ stopped }) => stopped)).toEqual([true, false]);
    const predicted = await katman([
      'evaluate',
      '--model',
      at('best.safetensors'),
      '--data',
      at('sizes.csv'),
      ...software,
    ]);
    expect(predicted.code, predicted.stderr).toBe(0);
    expect(trials.find(({ id }) => id === best!.trial)!.experiment.data).toBe(at('sizes.csv'));

    worker.child.kill('SIGINT');
    expect(await worker.ended).toBe(130);
  });

  it('leaves trials to workers that have what they require', async () => {
    const worker = fleet.start(...software);
    await worker.ready;
    const spec = write('other.json', {
      ...SIXTY,
      seeds: [1],
      requires: { adapter: 'hardware', vendor: 'nvidia' },
    });
    const ended = await katman(
      ['sweep', '--spec', spec, '--redis', redis.url, '--json', at('other.out.json')],
      {
        onStart: (child) =>
          child.stderr!.on('data', (text) => {
            // The worker, which is idle, has had its chance by then.
            if (/20 trials/.test(String(text))) setTimeout(() => child.kill('SIGINT'), 4000);
          }),
      },
    );
    expect(ended.code, ended.stderr).toBe(130);
    const { state, trials } = report('other.out.json');
    expect(state).toBe('interrupted');
    expect(trials.filter(({ outcome }) => outcome !== 'open')).toEqual([]);
    await fleet.stop();
  });
});

describe('a worker', () => {
  it('without an adapter ends, and says so', async () => {
    const bare = new Fleet(redis.url, { TMPDIR: folder, KATMAN_BROWSER: at('no-browser') });
    const worker = bare.start();
    expect(await worker.ended, worker.said()).toBe(3);
    expect(worker.said()).toMatch(/KATMAN_BROWSER names '.*no-browser', which does not exist/);
  });
});

describe('a Redis', () => {
  const spec = () => write('small.json', { ...SIXTY, grid: undefined, folds: undefined });

  it('that is not there, or an address that is none, is named', async () => {
    const gone = await katman(['sweep', '--spec', spec(), '--redis', 'redis://127.0.0.1:1']);
    expect(gone.code).toBe(2);
    expect(gone.stderr).toMatch(/There is no Redis at redis:\/\/127.0.0.1:1 \(.*ECONNREFUSED.*\): start one/);
    const none = await katman(['worker', '--redis', 'localhost']);
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/--redis is an address like redis:\/\/127.0.0.1:6379, not 'localhost'/);
  });

  it('that wants a password gets the right one', async () => {
    const guarded = await startRedis('--requirepass', 'secret word');
    try {
      const words = (url: string) => ['sweep', '--bench', '--redis', url];
      const without = await katman(words(guarded.url));
      expect([without.code, without.stderr]).toEqual([2, expect.stringMatching(/lets nobody in .*NOAUTH/)]);
      const at = (password: string) => guarded.url.replace('//', `//:${password}@`);
      const wrong = await katman(words(at('guess')));
      expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/lets nobody in .*WRONGPASS/)]);
      expect(wrong.stderr).not.toContain('guess');
      const right = await katman(words(at('secret%20word')));
      expect([right.code, right.stderr]).toEqual([
        3,
        expect.stringMatching(/No worker has announced itself/),
      ]);
    } finally {
      await guarded.stop();
    }
  });

  it('that goes away, and is back with nothing in it, is waited for; one that stays away is given up', async () => {
    const other = await startRedis();
    const own = new Fleet(other.url, { TMPDIR: folder });
    try {
      const worker = own.start(...software, '--lock', '2', '--wait', '6');
      await worker.ready;
      const spec = write('long.json', { ...SIXTY, experiment: { ...SIXTY.experiment, epochs: 40 } });
      let said = '';
      const words = [
        'sweep',
        '--spec',
        spec,
        '--redis',
        other.url,
        '--wait',
        '6',
        '--json',
        at('long.out.json'),
      ];
      const sweep = katman(words, { onStart: (child) => child.stderr!.on('data', (data) => (said += data)) });
      const until = async (what: RegExp, text: () => string) => {
        while (!what.test(text())) await sleep(100);
      };
      await until(/\b[2-9]\/60 trials/, () => said);
      await other.stop();
      await until(/does not answer; waiting for it, up to 6 s/, () => said);
      await other.start();
      await until(/is back; going on/, () => said);
      const back = said.length;
      await until(/\b([5-9]|1\d)\/60 trials/, () => said.slice(back));
      await other.stop();
      const ended = await sweep;
      expect(ended.code, ended.stderr).toBe(4);
      expect(ended.stderr).toMatch(/has been away for 6 s/);
      expect(await worker.ended).toBe(4);
      const { trials, state } = report('long.out.json');
      expect(state).toBe('failed');
      const finished = trials.filter(({ outcome }) => outcome === 'done');
      expect(finished.length).toBeGreaterThan(4);
      expect(trials).toHaveLength(60);
    } finally {
      await other.stop();
      await own.stop();
    }
  });
});

describe('a fleet', () => {
  it('times each kernel once on each adapter that has announced itself', async () => {
    const worker = fleet.start(...software);
    await worker.ready;
    const words = [
      'sweep',
      '--bench',
      '--redis',
      redis.url,
      '--kernels',
      'matmul,outputGrad',
      '--shapes',
      '32x32x32',
    ];
    const ended = await katman([...words, '--seconds', '0.1', '--json', at('bench.json')]);
    expect(ended.code, ended.stderr).toBe(0);
    const { adapters } = JSON.parse(readFileSync(at('bench.json'), 'utf8'));
    expect(adapters).toHaveLength(1);
    expect(adapters[0].head.adapter.kind).toBe('software');
    const names = adapters[0].rows.map(({ name }: { name: string }) => name.split(' ')[0]);
    expect([...new Set(names)]).toEqual(['matmul', 'outputGrad']);
    expect(adapters[0].rows.filter(({ timing, wrong }: any) => !timing || wrong)).toEqual([]);
    expect(ended.stdout).toMatch(/\[1\] .*software.*Chrome/);
    await fleet.stop();
  });
});
