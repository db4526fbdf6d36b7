import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import type { Receipt } from '../../src/cli/receipt.ts';
import type { SweepEvent, SweepReport } from '../../src/sweep/report.ts';
import { ROOT, katman, useFolder, useTemporary } from './command.ts';

const folder = useFolder();
const temporary = useTemporary();
const adapter = ['--require', inject('adapter')];
const at = (name: string) => path.join(folder, name);
const report = (name: string): SweepReport => JSON.parse(readFileSync(at(name), 'utf8'));
const spec = (name: string, content: object | string) => {
  const whole =
    typeof content === 'string' ? content : { format: 'katman-sweep/1', data: 'iris', ...content };
  writeFileSync(at(name), typeof whole === 'string' ? whole : JSON.stringify(whole));
  return at(name);
};
const sweep = (name: string, ...words: string[]) => ['sweep', '--spec', at(name), ...adapter, ...words];

describe('katman sweep', () => {
  it('ranks configurations, marks one that diverges, and each trial can be trained again to the bit', async () => {
    spec('grid.json', {
      experiment: { epochs: 6, layers: [8], validationSplit: 0.2 },
      grid: { learningRate: [0.001, 0.3, 1e30] },
      seeds: [1, 2],
    });
    const ended = await katman(
      sweep('grid.json', '--pages', '2', '--json', at('grid.out.json'), '--save', at('best.json')),
    );
    expect(ended.code, ended.stderr).toBe(0);
    const { metric, ranking, configurations, trials, machines, best } = report('grid.out.json');
    expect(metric.name).toBe('validation.accuracy');
    expect(ranking).toEqual([1, 0, 2]);
    expect(configurations[2].counts).toEqual({ done: 0, diverged: 2, failed: 0, open: 0 });
    expect(trials.filter(({ outcome }) => outcome === 'diverged').every(({ error }) => error)).toBe(true);
    expect(ended.stdout).toMatch(/6 of 6 trials of 3 configurations, best first by validation.accuracy/);
    expect(machines).toHaveLength(1);
    expect(machines[0].adapter.kind).toBe(inject('adapter'));
    expect(Object.keys(machines[0].kernels).length).toBeGreaterThan(0);

    const trial = trials.find(({ id }) => id === best!.trial)!;
    writeFileSync(at('trial.json'), JSON.stringify(trial.experiment));
    const again = await katman([
      'train',
      '--experiment',
      at('trial.json'),
      ...adapter,
      '--json',
      at('again.json'),
    ]);
    expect(again.code, again.stderr).toBe(0);
    const receipt: Receipt = JSON.parse(readFileSync(at('again.json'), 'utf8'));
    expect(receipt.weights).toBe(trial.weights);
    expect(receipt.metrics!.validation!.accuracy).toBe(trial.scores!.validation!.accuracy);
    expect(JSON.parse(readFileSync(at('best.json'), 'utf8')).metrics.validation.accuracy).toBe(
      trial.scores!.validation!.accuracy,
    );
  });

  it('ends cleanly with Ctrl-C, keeps what is finished, and --resume runs the rest alone', async () => {
    // A second each, so that the bar is seen between the first and the last.
    spec('stop.json', { experiment: { epochs: 2000, layers: [8] }, seeds: [1, 2, 3, 4, 5, 6] });
    const stopped = await katman(sweep('stop.json', '--pages', '1', '--json', at('stop.out.json')), {
      ...temporary,
      onStart: (child) =>
        child.stderr!.on('data', (text) => /\b[2-5]\/6 trials/.test(String(text)) && child.kill('SIGINT')),
    });
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(temporary.left()).toEqual([]);
    const first = report('stop.out.json');
    expect(first.state).toBe('interrupted');
    const finished = first.trials.filter(({ outcome }) => outcome === 'done');
    expect(finished.length).toBeGreaterThanOrEqual(2);
    const words = ['--resume', at('stop.out.json'), '--json', at('rest.out.json')];
    const rest = await katman(sweep('stop.json', ...words));
    expect(rest.code, rest.stderr).toBe(0);
    const second = report('rest.out.json');
    expect(second.trials.map(({ outcome }) => outcome)).toEqual(Array(6).fill('done'));
    for (const { id } of finished) expect(second.times.trials[id]).toEqual(first.times.trials[id]);
  });

  it('tells of its steps, and marks a trial whose browser crashes again and again', async () => {
    spec('crash.json', { experiment: { steps: 400_000, layers: [8] }, seeds: [1], retries: 1 });
    const events: SweepEvent[] = [];
    const listening = listen((event) => {
      events.push(event);
      if (event.type === 'step') killBrowser(temporary.env.TMPDIR!);
    });
    const ended = await katman(
      sweep('crash.json', '--pages', '1', '--port', '0', '--json', at('crash.out.json')),
      {
        ...temporary,
        onStart: (child) => void child.stderr!.on('data', (text) => listening.hear(String(text))),
      },
    );
    expect(ended.code, ended.stderr).toBe(1);
    expect(ended.stderr).toMatch(/is tried again: /);
    expect(ended.stderr).toMatch(/No trial came to a result; the first failed: /);
    expect(events.filter(({ type }) => type === 'started')).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
    expect(events.at(-1)).toEqual({ type: 'ended', state: 'failed' });
    expect(await listening.report).toMatchObject({ format: 'katman-sweep-report/1', state: 'running' });
    const [trial] = report('crash.out.json').trials;
    expect(trial.outcome).toBe('failed');
    expect(trial.error).toMatch(/gone|crashed|closed/);
  });

  it('refuses bad input before a browser is started', async () => {
    spec('bad.json', { grid: { momentum: [0.5, 0.9] } });
    const ended = await katman(sweep('bad.json'));
    expect(ended.code, ended.stderr).toBe(2);
    expect(ended.stderr).toMatch(
      /^'.*bad.json': the configuration \{"momentum":0.5\} cannot be trained. --momentum belongs to .*\n$/,
    );
  });

  it("reaches scikit-learn's figures in 5-fold cross-validation of iris", async () => {
    const { sets } = JSON.parse(readFileSync(path.join(ROOT, 'golden/accuracy.json'), 'utf8'));
    const { configs, folds5 } = sets.iris;
    const { lr, batch, alpha, epochs, hidden, activation } = configs.find(
      ({ name }: { name: string }) => name === folds5.config,
    );
    spec('folds.json', {
      experiment: {
        ...{ layers: hidden, activation, optimizer: 'adam', learningRate: lr, l2: alpha / batch },
        ...{ batch, epochs, biasInit: 'xavier' },
      },
      seeds: [1, 2, 3, 4, 5],
      folds: 5,
    });
    const ended = await katman(sweep('folds.json', '--json', at('folds.out.json')));
    expect(ended.code, ended.stderr).toBe(0);
    const { configurations, trials } = report('folds.out.json');
    expect(trials).toHaveLength(25);
    const found = configurations[0].seeds.map(({ value }) => value!);
    // As test/gpu/references.test.ts has it: no seed below the lowest of 100, the median one row below theirs at most.
    const sorted = [...found].sort((a, b) => a - b);
    expect(sorted[0], found.join(' ')).toBeGreaterThanOrEqual(142 / 150 - 1e-9);
    expect(sorted[2], found.join(' ')).toBeGreaterThanOrEqual(folds5.sklearn.median - 1 / folds5.rows - 1e-9);
  });

  it('times kernels on the adapters of this machine', async () => {
    const words = ['--kernels', 'outputGrad', '--seconds', '0.1', '--browsers', 'chrome', ...adapter];
    const ended = await katman(['sweep', '--bench', ...words, '--json', at('bench.json')]);
    expect(ended.code, ended.stderr).toBe(0);
    const { adapters } = JSON.parse(readFileSync(at('bench.json'), 'utf8'));
    expect(adapters).toHaveLength(1);
    expect(adapters[0].rows[0].timing.median).toBeGreaterThan(0);
    expect(ended.stdout).toMatch(/outputGrad +outputGrad, 2\^20 numbers .* ms, /);
  });
});

/** Follows a sweep by the address that it prints: its events, and one report. */
function listen(onEvent: (event: SweepEvent) => void) {
  let heard = '';
  let answer!: (report: unknown) => void;
  const report = new Promise((resolve) => (answer = resolve));
  const follow = async (url: string) => {
    answer(await (await fetch(`${url}/report.json`)).json());
    const { body } = await fetch(`${url}/events`);
    let text = '';
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) if (block.startsWith('data: ')) onEvent(JSON.parse(block.slice(6)));
    }
  };
  return {
    report,
    hear(text: string) {
      const before = heard;
      heard += text;
      const pattern = /followed at (http:\S+)/;
      const url = pattern.exec(heard)?.[1];
      if (url && !pattern.test(before)) void follow(url);
    },
  };
}

/** Kills the browser whose profile lies in a folder. */
function killBrowser(folder: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const file = `/proc/${pid}/cmdline`;
    const words = existsSync(file) ? readFileSync(file, 'utf8').split('\0') : [];
    const ours = words.some((word) => word.startsWith(`--user-data-dir=${folder}`));
    if (ours && !words.some((word) => word.startsWith('--type='))) process.kill(Number(pid), 'SIGKILL');
  }
}
