import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject } from 'vitest';
import { ROOT } from './command.ts';

/** What ends a run from outside: a signal, the death of its browser, or readers that are gone. */
export const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL', 'browser', 'pipe'] as const;
export type Interruption = (typeof INTERRUPTIONS)[number];

const CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** How a run ended, and how long after the interruption it and all that it started were gone. */
export interface Ended {
  readonly byItself: boolean;
  readonly exitMs: number;
  readonly clearMs: number;
}

/** What a run says when it comes to a stage; before the first of them it is starting itself. */
const STAGES = [undefined, 'Starting a browser', 'steps/s'] as const;
/** The stages take about so long. */
const STAGE_MS = 1500;
/** The guard of a killed run and the processes of a killed browser may take so long, on a busy machine. */
const CLEAR_MS = 20_000;

/**
 * Starts a training, interrupts it at a moment, and expects the right exit code, a sentence instead of a stack, and
 * that neither a process nor a temporary file is left.
 * @param at the moment, from 0 to 1 over the stages of a run: it starts, it starts a browser, it trains and ends
 */
export async function interrupt(how: Interruption, at: number): Promise<Ended> {
  const folder = mkdtempSync(path.join(tmpdir(), 'interrupted-'));
  try {
    const words = ['train', '--data', 'digits', '--epochs', '100', '--require', inject('adapter')];
    const child = spawn(process.execPath, [path.join(ROOT, 'bin/katman.mjs'), ...words], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => (stdout += data));
    const stage = STAGES[Math.min(Math.floor(at * STAGES.length), STAGES.length - 1)];
    const reached = new Promise<void>((resolve) => {
      if (!stage) resolve();
      child.stderr.on('data', (data) => {
        stderr += data;
        if (stage && stderr.includes(stage)) resolve();
      });
    });
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
      child.on('exit', (code, signal) => resolve({ code, signal })),
    );
    const moment = reached.then(() => sleep(((at * STAGES.length) % 1) * STAGE_MS));
    await Promise.race([moment, ended]);
    const start = performance.now();
    if (how === 'browser')
      processesOf(folder)
        .filter(isBrowser)
        .forEach(({ pid }) => kill(pid));
    else if (how === 'pipe') [child.stdout, child.stderr].forEach((stream) => stream.destroy());
    else child.kill(how);
    const { code, signal } = await ended;
    const exitMs = performance.now() - start;
    const what = `${how} at ${at}: exit ${code ?? signal}\n${stderr}`;
    if (how === 'pipe') expect(code, what).toBe(0);
    else if (how === 'browser') expect([0, 1, 3], what).toContain(code);
    else if (how === 'SIGKILL') expect(code === 0 || signal === how, what).toBe(true);
    // Before the program is there to heed it, a signal ends the process by itself.
    else expect(code === 0 || code === CODES[how] || signal === how, what).toBe(true);
    expect(stderr, what).not.toMatch(/^ +at .*[:)]/m);
    await clear(folder, what);
    return { byItself: code === 0 && /^test /m.test(stdout), exitMs, clearMs: performance.now() - start };
  } finally {
    processesOf(folder).forEach(({ pid }) => kill(pid));
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

/** Waits until nothing is left, and fails with what is. */
async function clear(folder: string, what: string): Promise<void> {
  const left = () => [...processesOf(folder).map(({ line }) => line), ...readdirSync(folder)];
  for (const end = Date.now() + CLEAR_MS; left().length && Date.now() < end;) await sleep(50);
  expect(left(), what).toEqual([]);
}

interface Process {
  readonly pid: number;
  /** Its words, with spaces between. */
  readonly line: string;
}

/** The first process of a browser is of no type, which all others of Chrome have. */
const isBrowser = ({ line }: Process) => /--(user-data-dir|profile)/.test(line) && !/--type=/.test(line);

/** The processes that have a folder in their command line or their environment. */
function processesOf(folder: string): Process[] {
  const read = (pid: string, name: string) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => ({ pid: Number(pid), line: read(pid, 'cmdline'), environment: read(pid, 'environ') }))
    .filter(({ line, environment }) => line.includes(folder) || environment.includes(folder));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
