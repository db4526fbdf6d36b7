import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import puppeteer, { type Browser, type CDPSession } from 'puppeteer';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { type HarnessPage, openPage } from '../../src/cli/harness.ts';
import { liveObjects } from './liveObjects.ts';

const TASKS = '/test/gpu/soakTasks.ts';
const MIB = 2 ** 20;

/** Memory, in MiB: of the process that computes, and what JavaScript holds after its garbage was collected. */
export interface Memory {
  readonly gpu: number;
  readonly heap: number;
}

/** How long a turn of steps took, and what had been made on the device after it. */
export interface Turn {
  readonly steps: number;
  readonly ms: number;
  readonly buffers: number;
  readonly bindGroups: number;
  readonly pipelines: number;
}

/** Memory, and how many objects of the process that computes lie in it. */
export interface Counted extends Memory {
  readonly objects: number;
}

interface SoakPage extends Pick<HarnessPage, 'run'> {
  memory(): Promise<Memory>;
  counted(): Promise<Counted>;
  /** Memory after each of so many turns of some work. */
  measured(turns: number, work: () => Promise<void>): Promise<Memory[]>;
  /** One training of so many turns, and the memory after each; `bytes`: what it left on the device. */
  train(what: {
    steps: number;
    turns: number;
    plan: string;
  }): Promise<{ bytes: number; turns: Turn[]; seen: Memory[] }>;
}

/** A page of the shared browser whose memory can be measured. */
export function useSoakPage(): SoakPage {
  let browser: Browser;
  let page: HarnessPage;
  let whole: CDPSession;
  let inside: CDPSession;
  beforeAll(async () => {
    // A training takes as long as it takes.
    browser = await puppeteer.connect({
      browserWSEndpoint: inject('browserWSEndpoint'),
      protocolTimeout: 0,
    });
    page = await openPage(browser, inject('serverUrl'), { tasks: TASKS });
    whole = await browser.target().createCDPSession();
    const pages = await browser.pages();
    inside = await pages.find((one) => one.url().includes(encodeURIComponent(TASKS)))!.createCDPSession();
  });
  afterAll(async () => {
    await page?.close();
    await browser?.disconnect();
  });
  const processOfGpu = async () => {
    const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
    return processInfo.find(({ type }) => type === 'GPU')!.id;
  };
  const memory = async (): Promise<Memory> => {
    await inside.send('HeapProfiler.collectGarbage');
    const { usedSize } = await inside.send('Runtime.getHeapUsage');
    return { gpu: residentMiB(await processOfGpu()), heap: usedSize / MIB };
  };
  return {
    run: (...call) => page.run(...call),
    memory,
    async counted() {
      const seen = await memory();
      return { ...seen, objects: await liveObjects(whole, await processOfGpu()) };
    },
    async measured(turns, work) {
      const seen: Memory[] = [];
      for (let turn = 0; turn < turns; turn++) {
        await work();
        seen.push(await memory());
      }
      return seen;
    },
    async train(what) {
      const turns: Turn[] = [];
      const measuring: Promise<Memory>[] = [];
      const onEvent = (turn: Omit<Turn, 'steps'>) => {
        turns.push({ steps: what.steps, ...turn });
        measuring.push(memory());
      };
      const { bytes } = await page.run('soakTrain', what, { onEvent });
      return { bytes, turns, seen: await Promise.all(measuring) };
    },
  };
}

function residentMiB(pid: number): number {
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024;
  }
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

/** How much one of the measurements grows after the first `warm` of them: the least of the rest less the least before. */
function growth<K extends string>(
  seen: readonly Readonly<Record<K, number>>[],
  warm: number,
  what: K,
): number {
  const least = (some: typeof seen) => Math.min(...some.map((one) => one[what]));
  const rest = seen.slice(warm);
  const half = Math.ceil(rest.length / 2);
  return least(rest.slice(half)) - least(rest.slice(0, half));
}

/** MiB that memory may grow. */
const MOST_GROWTH = 2;

/** Some of many measurements, the last among them. */
function some<T>(seen: readonly T[]): readonly T[] {
  const every = Math.ceil(seen.length / 12);
  return seen.filter((_, i) => i % every === 0 || i === seen.length - 1);
}

/** Expects that memory stays after the first `warm` measurements, and prints all. */
export function expectFlat(seen: readonly Memory[], warm: number): void {
  console.log(
    some(seen)
      .map(({ gpu, heap }) => `${gpu.toFixed(1)}+${heap.toFixed(1)}`)
      .join(' '),
    'MiB',
  );
  expect(growth(seen, warm, 'gpu')).toBeLessThanOrEqual(MOST_GROWTH);
  expect(growth(seen, warm, 'heap')).toBeLessThanOrEqual(MOST_GROWTH);
}

/**
 * Expects that no object stays, in a run so long that even the pages add up which an allocator keeps of what was freed:
 * of these as much may be added for each 1,000 networks as in the shorter runs in all.
 * @param networks made and disposed of between two measurements
 */
export function expectNothingKept(seen: readonly Counted[], warm: number, networks: number): void {
  const numbers = ({ gpu, heap, objects }: Counted) => `${gpu.toFixed(1)}+${heap.toFixed(1)} (${objects})`;
  console.log(some(seen).map(numbers).join(' '), 'MiB (objects)');
  const between = (networks * (seen.length - warm)) / 2;
  const [gpu, heap, objects] = (['gpu', 'heap', 'objects'] as const).map((what) => growth(seen, warm, what));
  console.log(
    `grown by ${gpu.toFixed(2)}+${heap.toFixed(2)} MiB and ${objects} objects in ${between} networks`,
  );
  // Less than one for two networks, and all that was done besides.
  expect(objects).toBeLessThan(Math.max(1000, between) / 2);
  expect(heap).toBeLessThanOrEqual(MOST_GROWTH);
  expect(gpu).toBeLessThanOrEqual((MOST_GROWTH * Math.max(1000, between)) / 1000);
}

/** Expects that steps do not slow down, very generously for a machine that others use, and make nothing anew. */
export function expectSteady(turns: readonly Turn[]): void {
  console.log(turns.map(({ steps, ms }) => Math.round((1000 * steps) / ms)).join(' '), 'steps a second');
  const [first, last] = [turns[0], turns[turns.length - 1]];
  for (const made of ['buffers', 'bindGroups', 'pipelines'] as const) expect(last[made]).toBe(first[made]);
  const half = turns.length / 2;
  const fastest = (some: readonly Turn[]) => Math.min(...some.map(({ ms }) => ms));
  expect(fastest(turns.slice(half))).toBeLessThan(3 * fastest(turns.slice(0, half)));
}
