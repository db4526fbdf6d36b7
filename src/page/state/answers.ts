import { batch } from '@preact/signals';
import type { FromWorker, KeptNews } from '../worker/messages.ts';
import { addBatch, begin, changed, currentRun, exported, remember } from './actions.ts';
import * as store from './store.ts';
import { appended } from './thinned.ts';
import { keeping, worker } from './worker.ts';

/** Points of a curve, and of a layer's history, that are kept. */
const MOST_POINTS = 600;
const MOST_LOOKS = 160;

/** What the worker says becomes what the page shows. */
export function listen(): void {
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => batch(() => hear(data));
  worker.onerror = (event) => {
    store.phase.value = 'broken';
    store.notice.value = {
      kind: 'failed',
      message: event.message || 'the training thread could not be loaded',
    };
  };
}

function hearOfKept(news: KeptNews): void {
  if (news.kind === 'written') return void (keeping.ms = news.ms);
  if (news.kind === 'offer') store.offer.value = news;
  else store.kept.value = news;
  if (news.kind === 'again') begin(store.story(), { plays: store.phase.value === 'playing' });
}

function hear(message: FromWorker): void {
  switch (message.type) {
    case 'adapter':
      store.adapter.value = message.adapter;
      return;
    case 'noGpu':
      store.noGpu.value = message.reason;
      // That it was lost is said by whoever knows at which step.
      if (!message.lost) store.notice.value = { kind: 'noGpu', message: message.reason };
      return;
    case 'kept':
      return hearOfKept(message.news);
    case 'canvases':
      store.canvases.value++;
      return;
    case 'certificate':
      store.certificate.value = message.lines;
      return;
    case 'model':
      void exported(message.model);
      return;
    case 'hand':
      store.hand.value = message.look;
      return;
    case 'answer':
      store.answer.value = message.outputs;
      return;
  }
  if (message.run !== currentRun()) return;
  switch (message.type) {
    case 'ready':
      store.summary.value = message.summary;
      return;
    case 'ground':
      store.ground.value = message.ground;
      store.points.value = message.points;
      return;
    case 'replaying':
      store.replaying.value = { done: message.done, of: message.of };
      return;
    case 'weights':
      store.weights.value = message.layers;
      return;
    case 'progress': {
      const { progress } = message;
      if (progress.step !== store.step.value || !store.progress.value) {
        if (progress.step > 0) addBatch(progress.step, progress.batch.loss, progress.learningRate);
      }
      store.progress.value = progress;
      return;
    }
    case 'judged': {
      const { judgement } = message;
      if (store.judgements.value.at(-1)?.step === judgement.step) return;
      store.judgements.value = appended(store.judgements.value, judgement, MOST_POINTS);
      return;
    }
    case 'predicted':
      store.predicted.value = message.predicted;
      return;
    case 'look': {
      const { look } = message;
      if (look.layer !== store.selected.value.layer - 1) return;
      const before = store.looks.value.filter(({ step }) => step < look.step);
      store.looks.value = appended(before, look, MOST_LOOKS);
      return;
    }
    case 'changed':
      return changed(message.step);
    case 'verified':
      store.verification.value = message.verification;
      return;
    case 'kernel': {
      const { news } = message;
      store.kernelNews.value = news;
      if ('step' in news) store.marks.value = [...store.marks.value, news.step];
      return;
    }
    case 'profiled':
      store.profiled.value = message;
      return;
    case 'stopped':
      store.replaying.value = undefined;
      store.phase.value =
        message.reason === 'paused' ? 'paused' : message.reason === 'diverged' ? 'broken' : 'ended';
      if (message.reason === 'diverged') {
        const { learningRate } = store.experiment.value;
        const { good, notes } = message;
        store.notice.value = { kind: 'diverged', learningRate, good, detail: notes.join(' ') };
      } else if (message.notes.length)
        store.notice.value = { kind: 'said', message: message.notes.join(' ') };
      return remember();
    case 'failed':
      store.replaying.value = undefined;
      store.phase.value = 'broken';
      store.notice.value = { kind: 'failed', message: message.message, offer: message.offer };
  }
}
