import { Runner } from './runner.ts';
import type { Reply, Request } from './targets/process.ts';
import { tasks } from './tasks.ts';
import { unpack } from './wire.ts';

/** Runs the tasks that the parent process asks for; `bin/node-target.mjs` has brought WebGPU. */
export function serve(): void {
  const say = (reply: Reply) => void process.send!(reply);
  const runner = new Runner(tasks, (id, event) => say({ id, event }));
  process.on('message', async (request: Request) => {
    const { id } = request;
    if ('abort' in request) return runner.abort(id);
    say({ id, result: await runner.run(id, request.task, () => unpack(request.packed)) });
  });
  say({ ready: true });
}
