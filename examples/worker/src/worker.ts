import { Network, adam, datasets, dense, openGpu } from 'katman';
import type { Reply, Request } from './messages.ts';

/** The GPU, the network and the data stay in here: the page has nothing to do but to draw. */
const say = (reply: Reply) => postMessage(reply);
let abort: AbortController | undefined;

async function train(epochs: number): Promise<void> {
  const gpu = await openGpu();
  const { train, test } = datasets.flower().split(0.8);
  const network = await Network.create(gpu, { inputs: 2, layers: [dense(16, 'tanh'), dense(1, 'sigmoid')] });
  abort = new AbortController();
  const { stopped, steps } = await network.fit(train, {
    optimizer: adam({ learningRate: 0.01 }),
    epochs,
    signal: abort.signal,
    // A few times a second.
    onProgress: ({ step, steps, loss }) => say({ type: 'progress', step, steps, loss }),
  });
  const { accuracy } = await network.evaluate(test);
  say({ type: 'done', stopped, steps, accuracy });
  network.dispose();
  gpu.dispose();
}

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.type === 'stop') abort?.abort();
  else train(data.epochs).catch(({ message }: Error) => say({ type: 'error', message }));
});
