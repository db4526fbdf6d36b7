import type { Reply, Request } from './messages.ts';

const [result, progress, stop] = ['result', 'progress', 'stop'].map((id) => document.getElementById(id)!) as [
  HTMLOutputElement,
  HTMLProgressElement,
  HTMLButtonElement,
];
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const ask = (request: Request) => worker.postMessage(request);
let heard = 0;

worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
  if (data.type === 'progress') {
    progress.max = data.steps;
    progress.value = data.step;
    result.value = `step ${data.step} of ${data.steps}, loss ${data.loss.toFixed(4)}`;
    result.dataset.heard = String(++heard);
  } else if (data.type === 'done') {
    result.value = `${data.stopped} after ${data.steps} steps, accuracy ${data.accuracy?.toFixed(3)}`;
    result.dataset.stopped = data.stopped;
    result.dataset.accuracy = String(data.accuracy);
  } else {
    result.value = result.dataset.error = data.message;
  }
});
stop.addEventListener('click', () => ask({ type: 'stop' }));
ask({ type: 'train', epochs: Number(new URLSearchParams(location.search).get('epochs') ?? 100) });
