import { Controls } from './controls.ts';
import { Curves } from './curves.ts';
import { formatCount, formatScore } from './format.ts';
import type { Config, FromWorker, Stopped, Summary, ToWorker } from './messages.ts';
import { Readout } from './readout.ts';
import { followTheme } from './theme.ts';

/** `ended`: all steps are done; `broken`: the network there was is of no use any more. */
type Phase = 'new' | 'training' | 'pausing' | 'paused' | 'ended' | 'broken';

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

const form = byId<HTMLFormElement>('settings');
const primary = byId<HTMLButtonElement>('primary');
const status = byId('status');
const alert = byId('alert');

const readout = new Readout();
const curves = new Curves(byId('loss-chart'), byId('score-chart'));
const controls = new Controls(form, setup);
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'katman' });

let run = 0;
let phase: Phase = 'new';
/** The settings that the worker's network was made of. */
let built = '';
let config: Config | undefined;
let summary: Summary | undefined;

const post = (message: ToWorker) => worker.postMessage(message);

/** Learning rate and epochs can change between two trainings of one network; all else makes another. */
function identity({ learningRate: _, epochs: __, ...rest }: Config): string {
  return JSON.stringify(rest);
}

function enter(next: Phase): void {
  phase = next;
  const busy = phase === 'training' || phase === 'pausing';
  controls.lock(busy);
  const label = busy ? 'Pause' : phase === 'paused' || phase === 'ended' ? 'Continue' : 'Train';
  byId('primary-label').textContent = label;
  primary.dataset.icon = busy ? 'pause' : 'play';
  document.body.dataset.phase = phase;
}

function say(sentence: string): void {
  status.textContent = sentence;
}

function warn(sentence: string): void {
  alert.textContent = sentence;
  if (sentence) alert.scrollIntoView({ block: 'nearest' });
}

/** A new network of these settings, unless the one there is was made of them and is still good. */
function setup(next: Config, { anew = false } = {}): void {
  config = next;
  const key = identity(next);
  if (!anew && key === built && phase !== 'broken') return;
  built = key;
  run++;
  warn('');
  enter('new');
  post({ type: 'setup', run, config: next });
}

function train(): void {
  const next = controls.read();
  if (!next) {
    controls.focusInvalid();
    say('Not started: a setting is not right yet.');
    return;
  }
  setup(next);
  // The settings are about to be locked, and a focus inside them would be lost.
  if (form.contains(document.activeElement)) primary.focus();
  enter('training');
  say('Training.');
  reveal();
  post({ type: 'train', run, learningRate: next.learningRate, epochs: next.epochs });
}

/** Where the charts lie below the screen, as on a phone, moves the page down to what happens now. */
function reveal(): void {
  if (byId('loss-chart').getBoundingClientRect().bottom <= innerHeight) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  byId('run').scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'smooth' });
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (phase === 'training') {
    enter('pausing');
    post({ type: 'pause' });
  } else if (phase !== 'pausing') train();
});

byId('reset').addEventListener('click', () => {
  const next = controls.read() ?? config;
  if (next) setup(next, { anew: true });
});

byId('verify').addEventListener('click', () => {
  const next = controls.read();
  if (!next || phase === 'training' || phase === 'pausing') return;
  setup(next);
  say('Verifying ...');
  post({ type: 'verify', run, learningRate: next.learningRate });
});

for (const radio of document.querySelectorAll<HTMLInputElement>('input[name=scale]')) {
  radio.addEventListener('change', () => (curves.log = radio.value === 'log'));
}

worker.onmessage = ({ data: message }: MessageEvent<FromWorker>) => {
  if (message.type === 'adapter') return readout.adapter(message.adapter);
  if (message.type === 'certificate') return readout.certificate(message.lines);
  if (message.run !== run) return;
  switch (message.type) {
    case 'ready':
      summary = message.summary;
      readout.ready(summary);
      curves.reset(summary);
      if (phase === 'new') say(introduce(summary));
      return;
    case 'verified':
      readout.verified(message.verification);
      if (phase !== 'training') say('This GPU computes a step of this network as the oracle does.');
      for (const around of message.verification.routedAround) warn(sentence(around));
      return;
    case 'progress':
      readout.progress(message.progress);
      curves.add(message.progress);
      return;
    case 'stopped':
      readout.stopped(message.stopped);
      curves.stopped(message.stopped);
      conclude(message.stopped);
      return;
    case 'failed':
      enter('broken');
      say('Not training.');
      warn(
        message.lost
          ? 'The GPU was lost: its driver or the browser took it away, and the network with it. Press Train to open it again and start from step 0.'
          : sentence(message.message),
      );
  }
};

worker.onerror = (event) => {
  enter('broken');
  warn(`The training thread failed: ${event.message || 'it could not be loaded'}. Reload the page.`);
};

function introduce({ trainRows, testRows }: Summary): string {
  return testRows
    ? `Ready: ${formatCount(trainRows)} rows to train on, ${formatCount(testRows)} held out for the test.`
    : `Ready: trains on all ${formatCount(trainRows)} rows and is scored on the same rows.`;
}

function conclude({ reason, step, train, test, notes }: Stopped): void {
  const steps = `${formatCount(step)} ${step === 1 ? 'step' : 'steps'}`;
  if (reason === 'diverged') {
    enter('broken');
    say(`Stopped after ${steps}.`);
    warn(
      `Training diverged: after ${steps} the loss is no longer a finite number. Choose a learning rate smaller than ${config!.learningRate} and press Train to start again.`,
    );
    return;
  }
  const paused = reason === 'aborted';
  enter(paused ? 'paused' : 'ended');
  const regression = summary!.classes === undefined;
  const score = formatScore((test ?? train)?.score, regression);
  const kind = `${test ? 'test' : 'training'} ${regression ? 'R²' : 'accuracy'}`;
  say([`${paused ? 'Paused' : 'Done'} after ${steps}: ${kind} ${score}.`, ...notes.map(sentence)].join(' '));
}

/** With the full stop that the library's messages leave to their reader. */
function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

followTheme(byId<HTMLButtonElement>('theme'), () => curves.restyle());
enter('new');
setup(controls.read()!, { anew: true });
