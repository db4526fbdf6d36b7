import { formatCount, formatLoss, formatRate, formatScore, NONE } from '../format.ts';
import { inLanguage } from '../language.ts';
import { oneStep, reset, setSpeed, toggle } from '../state/actions.ts';
import {
  isRegression,
  judgements,
  phase,
  progress,
  replaying,
  speed,
  step,
  summary,
} from '../state/store.ts';
import { Icon } from './Icon.tsx';

const sentences = {
  en: {
    run: 'Run',
    play: 'Play',
    pause: 'Pause',
    step: 'One step (.)',
    reset: 'Start again from the first weights (R)',
    speed: 'Speed',
    flatOut: 'flat out',
    perSecond: (rate: string) => `${rate} steps/s`,
    stepName: 'Step',
    epoch: (epoch: string) => `epoch ${epoch}`,
    loss: 'Loss',
    accuracy: 'Accuracy',
    validation: 'validation',
    replaying: (done: string, of: string) => `The run of the link is made again: step ${done} of ${of}`,
  },
  tr: {
    run: 'Çalıştırma',
    play: 'Başlat',
    pause: 'Duraklat',
    step: 'Tek adım (.)',
    reset: 'İlk ağırlıklardan yeniden başla (R)',
    speed: 'Hız',
    flatOut: 'son hız',
    perSecond: (rate: string) => `${rate} adım/sn`,
    stepName: 'Adım',
    epoch: (epoch: string) => `dönem ${epoch}`,
    loss: 'Kayıp',
    accuracy: 'Doğruluk',
    validation: 'doğrulama',
    replaying: (done: string, of: string) => `Bağlantıdaki çalıştırma yineleniyor: ${of} adımdan ${done}.`,
  },
};

/** Steps a second that the slider offers; 0 is as many as there can be. */
export const SPEEDS = [1, 5, 20, 60, 300, 1000, 0] as const;

/** Play, pause, one step, again; how fast; and the numbers of the moment. */
export function RunBar() {
  const say = inLanguage(sentences);
  const isRunning = phase.value === 'playing' || phase.value === 'replaying';
  return (
    <section class="run" aria-label={say.run}>
      <button
        class="button primary big"
        type="button"
        id="primary"
        data-phase={phase.value}
        disabled={phase.value === 'opening'}
        onClick={toggle}
      >
        <Icon name={isRunning ? 'pause' : 'play'} />
        {isRunning ? say.pause : say.play}
      </button>
      <button
        class="button big icon"
        type="button"
        id="step"
        title={say.step}
        aria-label={say.step}
        onClick={oneStep}
      >
        <Icon name="step" />
      </button>
      <button
        class="button big icon"
        type="button"
        id="reset"
        title={say.reset}
        aria-label={say.reset}
        onClick={reset}
      >
        <Icon name="reset" />
      </button>
      <Speed />
      <Numbers />
      {replaying.value && (
        <p class="replaying" role="status">
          {say.replaying(formatCount(replaying.value.done), formatCount(replaying.value.of))}
          <progress max={replaying.value.of} value={replaying.value.done} />
        </p>
      )}
    </section>
  );
}

function Speed() {
  const say = inLanguage(sentences);
  const words = speed.value ? say.perSecond(formatCount(speed.value)) : say.flatOut;
  return (
    <div class="speed knob">
      <div class="lab">
        <label for="speed">{say.speed}</label>
        <output for="speed">{words}</output>
      </div>
      <input
        id="speed"
        type="range"
        min={0}
        max={SPEEDS.length - 1}
        step={1}
        value={SPEEDS.findIndex((one) => one === speed.value)}
        aria-valuetext={words}
        onInput={({ currentTarget }) => setSpeed(SPEEDS[Number(currentTarget.value)])}
      />
    </div>
  );
}

function Numbers() {
  const say = inLanguage(sentences);
  const judged = judgements.value.at(-1);
  const batch = progress.value?.batch;
  const regression = isRegression.value;
  const perEpoch = summary.value?.perEpoch ?? 1;
  const loss =
    step.value === 0
      ? judged?.train.loss
      : perEpoch === 1
        ? (batch?.loss ?? judged?.train.loss)
        : judged?.train.loss;
  return (
    <dl class="read" data-rate={formatRate(progress.value?.rate ?? 0)}>
      <div>
        <dt>{say.stepName}</dt>
        <dd>
          <span id="step-count">{formatCount(step.value)}</span>
          <small>{say.epoch(formatCount(Math.ceil(step.value / perEpoch)))}</small>
        </dd>
      </div>
      <div>
        <dt>{say.loss}</dt>
        <dd>
          <span id="loss" title={loss === undefined ? undefined : String(loss)}>
            {formatLoss(loss)}
          </span>
          <small>
            {say.validation} <span id="test-loss">{formatLoss(judged?.test?.loss)}</span>
          </small>
        </dd>
      </div>
      <div>
        <dt>{regression ? 'R²' : say.accuracy}</dt>
        <dd>
          <span id="score">{judged ? formatScore(judged.train.score, regression) : NONE}</span>
          <small>
            {say.validation} <span id="test-score">{formatScore(judged?.test?.score, regression)}</span>
          </small>
        </dd>
      </div>
    </dl>
  );
}
