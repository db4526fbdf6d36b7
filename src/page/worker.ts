import { DeviceLostError } from '../errors.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { openGpu } from '../gpu/open.ts';
import { Experiment } from './experiment.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/**
 * Where all training happens, so that the page never waits for it. Messages are answered one after
 * the other, except that a pause, or a setup that makes the run pointless, ends the training at once.
 */

let gpu: Gpu | undefined;
let experiment: Experiment | undefined;
let current = 0;
let training = new AbortController();
let tail: Promise<void> = Promise.resolve();

const post = (message: FromWorker) => self.postMessage(message);

self.onmessage = ({ data: message }: MessageEvent<ToWorker>) => {
  if (message.type === 'pause') {
    training.abort();
    return;
  }
  if (message.type === 'setup') {
    training.abort();
    current = message.run;
  } else {
    // Made here and not when training starts, so that a pause that comes in between is not missed.
    training = new AbortController();
  }
  const { signal } = training;
  tail = tail
    .then(() => {
      if (message.type === 'setup') return setup(message);
      return message.type === 'verify' ? verify(message) : train(message, signal);
    })
    .catch((error: unknown) => fail(message.run, error));
};

async function setup({ run, config }: Extract<ToWorker, { type: 'setup' }>): Promise<void> {
  // Several fields changed in quick succession: only the last state is worth a network.
  if (run !== current) return;
  experiment?.dispose();
  experiment = undefined;
  experiment = await Experiment.create(await open(), config);
  post({ type: 'ready', run, summary: experiment.summary });
}

async function train(
  { run, ...options }: Extract<ToWorker, { type: 'train' }>,
  signal: AbortSignal,
): Promise<void> {
  if (run !== current || !experiment) return;
  const stopped = await experiment.train(
    options,
    signal,
    (progress) => post({ type: 'progress', run, progress }),
    (verification) => post({ type: 'verified', run, verification }),
  );
  post({ type: 'stopped', run, stopped });
}

async function verify({ run, ...options }: Extract<ToWorker, { type: 'verify' }>): Promise<void> {
  if (run !== current || !experiment) return;
  post({ type: 'verified', run, verification: await experiment.verify(options) });
}

async function open(): Promise<Gpu> {
  if (gpu) return gpu;
  const opened = await openGpu();
  gpu = opened;
  post({ type: 'adapter', adapter: opened.adapter });
  tail = tail.then(() => certifyDevice(opened)).catch((error: unknown) => fail(current, error));
  // A device can be lost between trainings too, when nothing waits for it.
  void opened.lost.then((error) => {
    if (gpu === opened) fail(current, error);
  });
  return opened;
}

/** Measured once the first network is there; loaded then, too. */
async function certifyDevice(opened: Gpu): Promise<void> {
  const { certify, describeCertificate } = await import('../lab/certificate.ts');
  post({ type: 'certificate', lines: describeCertificate(await certify(opened)) });
}

function fail(run: number, error: unknown): void {
  const lost = error instanceof DeviceLostError;
  // Whoever hears of the loss first has said so.
  if (lost && !gpu) return;
  if (lost || broken()) {
    gpu = undefined;
    experiment = undefined;
  }
  post({ type: 'failed', run, lost, message: error instanceof Error ? error.message : String(error) });
}

/** Whether the device has reported an error: from then on, every training on it would fail. */
function broken(): boolean {
  try {
    gpu?.check();
    return false;
  } catch {
    return true;
  }
}
