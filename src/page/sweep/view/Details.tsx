import type { ComponentChildren } from 'preact';
import { inLanguage } from '../../language.ts';
import { textOf } from '../state/axes.ts';
import type { Configuration, Trial } from '../state/read.ts';
import { report, running, selected } from '../state/store.ts';
import { formatSeconds, formatValue, shortId } from './numbers.ts';
import { Reproduce } from './Reproduce.tsx';
import { NoModel } from './SaveModel.tsx';
import { outcomeOf } from './words.ts';

const sentences = {
  en: {
    title: (id: string) => `Trial ${id}`,
    best: 'the best',
    stopped: 'Its configuration was stopped as hopeless.',
    metric: 'This trial',
    mean: 'Mean of its configuration',
    deviation: 'Deviation',
    range: 'Least and most',
    parameters: 'Parameters',
    receipt: 'Receipt',
    seed: 'seed',
    fold: 'fold',
    rows: { steps: 'Steps', seconds: 'Time', attempts: 'Begun', times: (n: string) => `${n} times` },
    places: { adapter: 'Adapter', browser: 'Browser', kernels: 'Kernels', weights: 'SHA-256 of the weights' },
    step: (step: string, steps: string) => `step ${step} of ${steps}`,
  },
  tr: {
    title: (id: string) => `Deneme ${id}`,
    best: 'en iyisi',
    stopped: 'Yapılandırması umutsuz sayılıp durduruldu.',
    metric: 'Bu deneme',
    mean: 'Yapılandırmasının ortalaması',
    deviation: 'Sapma',
    range: 'En az ve en çok',
    parameters: 'Parametreler',
    receipt: 'Makbuz',
    seed: 'tohum',
    fold: 'kat',
    rows: { steps: 'Adım', seconds: 'Süre', attempts: 'Başlama', times: (n: string) => `${n} kez` },
    places: {
      adapter: 'Bağdaştırıcı',
      browser: 'Tarayıcı',
      kernels: 'Çekirdek',
      weights: "Ağırlıkların SHA-256'sı",
    },
    step: (step: string, steps: string) => `${steps} adımın ${step}. adımı`,
  },
};

/** All that there is to know of the trial that is chosen. */
export function Details() {
  const say = inLanguage(sentences);
  const trial = selected.value;
  if (!trial) return null;
  const sweep = report.value!;
  const configuration = sweep.configurations.get(trial.configuration);
  const isBest = sweep.best?.trial === trial.id;
  const progress = running.value.get(trial.id);
  const state = trial.outcome === 'open' && progress ? 'running' : trial.outcome;
  return (
    <aside class="details" aria-labelledby="details-title" id="details" data-trial={trial.id}>
      <h2 id="details-title">{say.title(shortId(trial.id))}</h2>
      <p class="note">
        <b class={`state ${state}`}>{outcomeOf(state)}</b>
        {isBest && `, ${say.best}`}
        {progress && state === 'running' && `, ${say.step(String(progress.step), String(progress.steps))}`}
        {configuration?.stopped && `. ${say.stopped}`}
      </p>
      {trial.error && <p class="complaint">{trial.error}</p>}
      <Values {...{ trial, configuration }} />
      <h3>{say.parameters}</h3>
      <Parameters trial={trial} />
      {trial.outcome !== 'open' && (
        <>
          <h3>{say.receipt}</h3>
          <Receipt trial={trial} />
        </>
      )}
      <Reproduce trial={trial} />
      <NoModel />
    </aside>
  );
}

function Values({ trial, configuration }: { trial: Trial; configuration: Configuration | undefined }) {
  const say = inLanguage(sentences);
  return (
    <dl class="pairs values">
      <Pair name={`${say.metric}: ${report.value!.metric.name}`}>
        <b>{formatValue(trial.value)}</b>
      </Pair>
      {configuration?.mean !== undefined && (
        <>
          <Pair name={say.mean}>{formatValue(configuration.mean)}</Pair>
          <Pair name={say.deviation}>{formatValue(configuration.deviation)}</Pair>
          <Pair name={say.range}>
            {formatValue(configuration.least)} – {formatValue(configuration.most)}
          </Pair>
        </>
      )}
    </dl>
  );
}

/** What varies first, then what all trials have. */
function Parameters({ trial }: { trial: Trial }) {
  const say = inLanguage(sentences);
  const { options, experiment, fold, seed } = trial;
  const hidden = ['format', 'seed', 'folds', ...Object.keys(options)];
  const common = Object.entries(experiment).filter(([name]) => !hidden.includes(name));
  return (
    <dl class="pairs">
      {Object.entries(options).map(([name, value]) => (
        <Pair name={name}>
          <b>{textOf(value)}</b>
        </Pair>
      ))}
      {seed !== undefined && <Pair name={say.seed}>{String(seed)}</Pair>}
      {fold !== undefined && (
        <Pair name={say.fold}>
          {String(fold + 1)} / {String(report.value!.folds ?? '?')}
        </Pair>
      )}
      {common.map(([name, value]) => (
        <Pair name={name}>{textOf(value)}</Pair>
      ))}
    </dl>
  );
}

function Receipt({ trial }: { trial: Trial }) {
  const say = inLanguage(sentences);
  const { machine, steps, seconds, attempts, weights } = trial;
  const place = machine === undefined ? undefined : report.value!.machines[machine];
  return (
    <dl class="pairs">
      {place && (
        <>
          <Pair name={say.places.adapter}>{place.adapter}</Pair>
          <Pair name={say.places.browser}>{place.browser}</Pair>
          <Pair name={say.places.kernels}>{String(place.kernels)}</Pair>
        </>
      )}
      {steps !== undefined && <Pair name={say.rows.steps}>{String(steps)}</Pair>}
      {seconds !== undefined && <Pair name={say.rows.seconds}>{formatSeconds(seconds)}</Pair>}
      {attempts !== undefined && attempts > 1 && (
        <Pair name={say.rows.attempts}>{say.rows.times(String(attempts))}</Pair>
      )}
      {weights && (
        <Pair name={say.places.weights}>
          <code title={weights}>{weights.slice(0, 16)}</code>
        </Pair>
      )}
    </dl>
  );
}

function Pair({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
