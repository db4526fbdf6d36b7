import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ElementHandle, Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { filled, pageFiles } from '../../src/cli/sweepPage.ts';
import type { SweepReport } from '../../src/sweep/report.ts';
import { ROOT, katman, useFolder } from '../cli/command.ts';
import { chosenTrial, coloured, picture, rowsOf, serveFolder } from './sweepFolder.ts';
import { type VisitOptions, frame, text, visits } from './visit.ts';

const start = visits();
const folder = useFolder();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const adapter = ['--require', inject('adapter')];
let server: Server;
let url: string;
let template: Uint8Array;
let report: SweepReport;

const write = (name: string, content: object) => {
  writeFileSync(
    path.join(folder, name),
    JSON.stringify({ format: 'katman-sweep/1', data: 'iris', ...content }),
  );
  return path.join(folder, name);
};

beforeAll(async () => {
  const spec = write('spec.json', {
    experiment: { epochs: 3, layers: [8] },
    grid: { learningRate: [0.01, 0.1, 0.3, 1e30] },
    seeds: [1, 2],
    metric: 'test.accuracy',
  });
  const page = path.join(folder, 'page');
  const words = ['--page', page, '--save', path.join(folder, 'best.json'), ...adapter];
  const ended = await katman(['sweep', '--spec', spec, ...words]);
  expect(ended.code, ended.stderr).toBe(0);
  report = JSON.parse(readFileSync(path.join(page, 'report.json'), 'utf8'));
  template = (await pageFiles()).get('sweep.html')!;
  ({ server, url } = await serveFolder(page));
});
afterAll(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Opens the page, with this report in it, if not with that of the sweep. */
async function open(options: VisitOptions = {}, given?: object): Promise<Page> {
  if (given)
    writeFileSync(path.join(folder, 'page/given.html'), filled(template, { report: given, files: [] }));
  const page = await start({ url: `${url}/${given ? 'given' : 'sweep'}.html`, ...options });
  await page.waitForSelector('.sweep h1');
  await frame(page);
  return page;
}

const CHARTS = ['parallel', 'scatter', 'curves'] as const;

describe('the page of a sweep that has ended', () => {
  it('shows every trial, the best one, what failed and why, and draws its charts', async () => {
    const page = await open();
    expect(await text(page, 'state')).toBe('Done');
    const rows = await rowsOf(page);
    expect([...rows].sort()).toEqual(report.trials.map(({ id }) => id).sort());
    expect(rows[0]).toBe(report.best!.trial);
    expect(await chosenTrial(page)).toBe(report.best!.trial);
    const best = report.configurations[report.best!.configuration];
    expect(parseFloat((await text(page, 'best')).replace(/^\D+/, ''))).toBeCloseTo(best.mean!, 4);
    const counts = await page.$$eval('[data-count]', (all) => all.map((one) => one.textContent));
    expect(counts).toEqual(['6 done', '0 running', '0 waiting', '2 failed']);
    const failed = await page.$$eval('tr.diverged .outcome', (all) => all.map((one) => one.textContent));
    expect(failed).toHaveLength(2);
    for (const one of failed) expect(one).toMatch(/^diverged Step \d+/);
    for (const id of CHARTS) expect((await picture(page, id)).colours, id).toBeGreaterThan(20);
    expect(await page.$eval('.read .machines', (element) => element.textContent)).toContain(
      report.machines[0].adapter.vendor,
    );
  });

  it('also where it lies, without a server', async () => {
    const page = await start({ url: `file://${path.join(folder, 'page/sweep.html')}` });
    await page.waitForSelector('#trials');
    expect(await rowsOf(page)).toHaveLength(8);
    expect((await picture(page, 'parallel')).colours).toBeGreaterThan(20);
    expect(await page.$('#playground')).toBeNull();
  });

  it('a trial that is chosen in one view is chosen in all', async () => {
    const page = await open();
    const before = await Promise.all(CHARTS.map((id) => picture(page, id)));
    const other = (await rowsOf(page)).find((id) => id !== report.best!.trial)!;
    await page.click(`tr[data-trial="${other}"] .pick`);
    await page.mouse.move(1, 1);
    await frame(page);
    expect(await chosenTrial(page)).toBe(other);
    for (const [i, id] of CHARTS.entries()) expect((await picture(page, id)).sum, id).not.toBe(before[i].sum);
    // A point of the scatter, and by keys.
    const { x, y } = await coloured(page, 'scatter');
    await page.mouse.click(x, y);
    await frame(page);
    const picked = await chosenTrial(page);
    const row = `tr[data-trial="${picked}"]`;
    expect(picked).not.toBe(other);
    expect(await page.$eval(row, (element) => (element as HTMLElement).dataset.selected)).toBe('true');
    const rows = await rowsOf(page);
    await page.focus(`${row} .pick`);
    await page.keyboard.press('Home');
    await frame(page);
    expect(await chosenTrial(page)).toBe(rows[0]);
    await page.keyboard.press('ArrowDown');
    await frame(page);
    expect(await chosenTrial(page)).toBe(rows[1]);
  });

  it('a brush along an axis, a word and a column decide which rows are there, and in which order', async () => {
    const page = await open();
    const box = await page.$eval('#parallel', (element) => {
      const { right, top, height } = element.getBoundingClientRect();
      return { right, top, height };
    });
    // The upper half of the last axis: the better trials.
    const x = box.right - 64;
    await page.mouse.move(x, box.top + 30);
    await page.mouse.down();
    await page.mouse.move(x, box.top + 60, { steps: 4 });
    await page.mouse.move(x, box.top + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await page.waitForSelector('[data-action=clear-brush]');
    const kept = await rowsOf(page);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(6);
    const value = new Map(report.trials.map(({ id, scores }) => [id, scores?.test?.accuracy ?? -1]));
    const least = Math.min(...kept.map((id) => value.get(id)!));
    expect([...value].filter(([id, one]) => one >= least && !kept.includes(id))).toEqual([]);
    await page.click('[data-action=clear-brush]');
    await frame(page);
    expect(await rowsOf(page)).toHaveLength(8);

    await page.type('[name=filter]', 'learningRate=0.3 seed=2');
    await frame(page);
    const [only, ...others] = await rowsOf(page);
    expect(others).toEqual([]);
    expect(report.trials.find(({ id }) => id === only)).toMatchObject({
      seed: 2,
      experiment: { learningRate: 0.3 },
    });
    await page.$eval('[name=filter]', (input) => (input as HTMLInputElement).select());
    await page.keyboard.press('Backspace');
    await page.click('[data-sort="option:learningRate"]');
    await frame(page);
    const rate = new Map(report.trials.map(({ id, experiment }) => [id, experiment.learningRate as number]));
    const rates = (await rowsOf(page)).map((id) => rate.get(id));
    expect(rates).toEqual([0.01, 0.01, 0.1, 0.1, 0.3, 0.3, 1e30, 1e30]);
    expect(await page.$$('th[aria-sort=ascending]')).toHaveLength(1);
  });

  it('leads to the playground, which makes the same steps, and to the model of the best trial', async () => {
    const page = await open();
    const link = await page.$eval('#playground', (element) => (element as HTMLAnchorElement).href);
    const { steps, curve } = report.trials.find(({ id }) => id === report.best!.trial)!;
    const playground = await start({ url: link, complains: true });
    await playground.waitForFunction(
      (n) => document.getElementById('step-count')?.textContent?.replaceAll(',', '') === String(n),
      {},
      steps,
    );
    expect(curve!.length).toBe(3);
    expect(await playground.$('.alert')).toBeNull();

    const saved = await page.$eval('[data-action=save]', (element) => (element as HTMLAnchorElement).href);
    expect(await (await fetch(saved)).text()).toBe(readFileSync(path.join(folder, 'best.json'), 'utf8'));
    expect(await text(page, 'command')).toMatch(/^npx katman train --data iris --epochs 3 /);
  });

  it.each([
    [360, false],
    [360, true],
    [1280, false],
    [1280, true],
  ])('has no serious finding, nor a scroll bar at the side, at %d px, dark: %s', async (width, dark) => {
    const page = await open({ width, dark });
    // Through the debugger, which a Content-Security-Policy does not bind.
    await page.evaluate(axe);
    const findings = await page.evaluate(async () => {
      const { violations } = await (globalThis as any).axe.run(document, { resultTypes: ['violations'] });
      return violations
        .filter(({ impact }: any) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }: any) => nodes.map(({ target }: any) => `${id}: ${target}`));
    });
    expect(findings).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });

  it('speaks Turkish', async () => {
    const page = await open();
    await page.click('[lang=tr]');
    await page.waitForFunction(() => document.documentElement.lang === 'tr');
    expect(await text(page, 'state')).toBe('Bitti');
    expect(await text(page, 'trials-title')).toBe('Denemeler');
  });
});

it('asks for a report where there is none, and says in time that a folder cannot be made', async () => {
  // That there is no report beside it is what it finds out by asking.
  const page = await start({ url: `${inject('serverUrl')}/sweep.html`, complains: true });
  const input = await page.waitForSelector('input[type=file]');
  await (input as ElementHandle<HTMLInputElement>).uploadFile(path.join(folder, 'spec.json'));
  await page.waitForSelector('.complaint');
  await (input as ElementHandle<HTMLInputElement>).uploadFile(path.join(folder, 'page/report.json'));
  await page.waitForSelector('#trials');
  expect(await rowsOf(page)).toHaveLength(8);

  const file = path.join(folder, 'spec.json');
  const ended = await katman(['sweep', '--spec', file, '--page', path.join(file, 'page')]);
  expect(ended.code).toBe(4);
  expect(ended.stderr).toMatch(/^The folder '.*page' cannot be made: .*; choose another place\n$/);
});

describe('a report that means no good', () => {
  const HOSTILE = '</script><script>window.hit=1</script><img src=x onerror="window.hit=1">';

  it('is shown as text: markup in names, unknown fields, metrics that are none', async () => {
    const [first, ...others] = report.trials;
    const given = {
      ...report,
      data: { ...report.data, name: HOSTILE, more: { deep: [HOSTILE] } },
      metric: { ...report.metric, name: HOSTILE, constructor: 1 },
      error: HOSTILE,
      unknown: { __proto__: null, toString: HOSTILE },
      configurations: report.configurations.map((row) => ({
        ...row,
        mean: 'NaN',
        options: { [HOSTILE]: HOSTILE, list: [HOSTILE, { [HOSTILE]: null }] },
      })),
      trials: [
        { ...first, error: HOSTILE, scores: { test: { accuracy: null } }, curve: [{ epoch: 'x' }, 7, null] },
        { ...others[0], id: `${HOSTILE}"] :is(`, experiment: { data: HOSTILE, [HOSTILE]: `$(rm -rf /)'` } },
        ...others.slice(1),
        ...[
          null,
          7,
          'text',
          { id: 3 },
          { id: '__proto__', configuration: 1e9, outcome: HOSTILE, machine: -1 },
        ],
      ],
      machines: [{ adapter: { vendor: HOSTILE }, browser: null }],
      best: { configuration: 77, trial: 'nowhere' },
      times: { started: HOSTILE, seconds: 'NaN', trials: { [first.id]: { seconds: 'x' } } },
    };
    const page = await open({}, given);
    await page.waitForSelector('#trials');
    expect(await page.evaluate(() => (window as any).hit)).toBeUndefined();
    expect(await page.$$('main img, main script')).toEqual([]);
    expect(await page.$eval('h1', (element) => element.textContent)).toBe(`Sweep of ${HOSTILE}`);
    expect(await rowsOf(page)).toHaveLength(9);
    for (const id of await page.$$('tr[data-trial] .pick')) await id.click();
    expect((await picture(page, 'parallel')).colours).toBeGreaterThan(5);
    // What a shell would read as more than a word stands between quotes.
    await page.evaluate(() =>
      document.querySelectorAll<HTMLElement>('tr[data-trial]').forEach((row) => {
        if (row.dataset.trial!.startsWith('</script>')) row.click();
      }),
    );
    await frame(page);
    expect(await text(page, 'command')).toContain(`'$(rm -rf /)'\\'''`);
  });

  it('is no report at all, or one without trials', async () => {
    const none = await open({}, { format: 'another' });
    expect(await none.$eval('.complaint', (element) => element.textContent)).toMatch(
      /^This is no report of a sweep/,
    );
    const empty = await open({}, { format: report.format, trials: [], configurations: {}, ranking: 7 });
    expect(await empty.$eval('.nothing', (element) => element.textContent)).toBe('There are no trials yet.');
  });

  it('has 2,000 trials, and still answers at once', async () => {
    const curve = Array.from({ length: 40 }, (_, i) => ({
      epoch: i + 1,
      loss: 1 / (i + 1),
      accuracy: i / 40,
    }));
    const configurations = Array.from({ length: 1000 }, (_, index) => ({
      ...report.configurations[0],
      ...{ index, options: { learningRate: 10 ** (-(index % 100) / 25), layers: [index % 7] } },
    }));
    const trials = Array.from({ length: 2000 }, (_, i) => ({
      ...report.trials[0],
      ...{ id: `trial-${i}`, configuration: i >> 1, seed: i & 1, curve },
      scores: { test: { accuracy: ((i * 7919) % 2000) / 2000 } },
    }));
    const page = await open({}, { ...report, configurations, trials, best: undefined });
    await page.waitForSelector('#trials');
    expect(await text(page, 'shown')).toBe('2,000 of 2,000');
    expect((await rowsOf(page)).length).toBeLessThan(60);
    const took = await page.evaluate(async () => {
      const from = performance.now();
      document.querySelectorAll<HTMLElement>('tr[data-trial] .pick')[5].click();
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      return performance.now() - from;
    });
    // Tens of ms on an idle machine; what hangs takes far longer.
    expect(took).toBeLessThan(3000);
    await page.focus('.rows');
    await page.keyboard.press('End');
    await frame(page);
    await frame(page);
    expect((await rowsOf(page)).at(-1)).toBe(await chosenTrial(page));
  });
});

it('shows a sweep as it runs, and has its model when the sweep is gone', async () => {
  mkdirSync(path.join(folder, 'live'), { recursive: true });
  const spec = write('live.json', {
    experiment: { steps: 300, layers: [8], validationSplit: 0.2 },
    grid: { learningRate: [0.03, 0.1] },
    seeds: [1, 2, 3, 4],
  });
  const saved = path.join(folder, 'live/model.json');
  const words = ['sweep', '--spec', spec, '--port', '0', '--pages', '1', '--save', saved, ...adapter];
  const child = spawn(process.execPath, [path.join(ROOT, 'bin/katman.mjs'), ...words], { cwd: ROOT });
  try {
    let heard = '';
    const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
    const address = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (data) => {
        heard += data;
        const found = /followed at (http:\S+)/.exec(heard)?.[1];
        if (found) resolve(found);
      });
      void exited.then(() => reject(new Error(heard)));
    });
    // That it stops to listen at the end is no complaint.
    const page = await start({ url: address, complains: true });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push((error as Error).message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.waitForSelector('#trials');
    expect(await text(page, 'state')).toBe('Running');
    await page.waitForSelector('[data-count=running].running');
    await page.waitForFunction(
      () => parseFloat(document.querySelector('[data-count=done]')!.textContent!) >= 1,
    );
    await page.waitForFunction(() => document.getElementById('state')!.textContent === 'Done');
    expect(await page.$eval('[data-count=done]', (element) => element.textContent)).toBe('8 done');
    expect(await exited, heard).toBe(0);
    const { href, download } = await page.$eval('[data-action=save]', (element) => {
      const { href, download } = element as HTMLAnchorElement;
      return { href, download };
    });
    expect(download).toBe('model.json');
    // A button that saves has the file, not a place that is gone.
    expect(href).toMatch(/^blob:/);
    expect((await picture(page, 'curves')).colours).toBeGreaterThan(20);
    expect(complaints).toEqual([]);
  } finally {
    child.kill('SIGKILL');
  }
});
