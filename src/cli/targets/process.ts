import type { ChildProcess } from 'node:child_process';
import { KatmanError } from '../../errors.ts';
import type { HarnessPage } from '../harness.ts';
import { type Packed, pack, unpack } from '../wire.ts';

/** What a process that runs tasks is asked; `src/cli/process.ts` is the other end. */
export type Request = { id: number; task: string; packed: Packed } | { id: number; abort: true };

/** What it answers: ready once, events of a task, and its `{ value }` or `{ error }`. */
export type Reply = { ready: true } | { id: number; event: Packed } | { id: number; result: Packed };

interface Call {
  resolve(value: unknown): void;
  reject(error: Error): void;
  onEvent?: (event: unknown) => void;
  done(): void;
}

/**
 * A process as a page that runs tasks, once it is ready.
 * @throws KatmanError if it ends first
 */
export function openProcess(child: ChildProcess): Promise<HarnessPage> {
  const calls = new Map<number, Call>();
  let failure: KatmanError | undefined;
  let said = '';
  // Vulkan is talkative; what it said last matters only when the process dies of it.
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const send = (request: Request) => void (child.connected && child.send(request));
  let next = 0;
  const page: HarnessPage = {
    run: (task, input, { onEvent, signal } = {}) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        const id = next++;
        const abort = () => send({ id, abort: true });
        signal?.addEventListener('abort', abort, { once: true });
        calls.set(id, { resolve, reject, onEvent, done: () => signal?.removeEventListener('abort', abort) });
        send({ id, task, packed: pack(input) });
      }),
    async close() {},
  };
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('message', (reply: Reply) => {
      if ('ready' in reply) return resolve(page);
      const call = calls.get(reply.id);
      if ('event' in reply) return call?.onEvent?.(unpack(reply.event));
      calls.delete(reply.id);
      call?.done();
      const { value, error } = unpack(reply.result) as { value?: unknown; error?: Error };
      if (error) call?.reject(error);
      else call?.resolve(value);
    });
    child.on('exit', (code, by) => {
      const last = said.trim().split('\n').at(-1);
      failure = new KatmanError(`The process of Node ended (${by ?? `exit ${code}`})${last && `: ${last}`}`);
      reject(failure);
      for (const call of calls.values()) call.reject(failure);
    });
  });
}
