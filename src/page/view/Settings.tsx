import { inLanguage } from '../language.ts';
import type { Experiment, Setting } from '../state/experiment.ts';
import { experiment } from '../state/store.ts';
import { formatSetting } from '../format.ts';
import { Control, Slider } from './Control.tsx';
import { choiceLabel } from './words.ts';

const sentences = {
  en: {
    title: 'Training',
    all: 'all at once',
    none: 'none',
    never: 'when I say so',
    after: (steps: string) => `after ${steps} steps`,
    groups: {
      optimizer: 'Optimizer',
      batch: 'Batch',
      weights: 'First weights',
      seed: 'Seed',
      regularisation: 'Regularisation',
      schedule: 'Schedule',
      loss: 'Loss',
      stop: 'Stop',
      plan: 'Plan',
    },
  },
  tr: {
    title: 'Eğitim',
    all: 'hepsi birden',
    none: 'yok',
    never: 'ben deyince',
    after: (steps: string) => `${steps} adımda`,
    groups: {
      optimizer: 'Eniyileyici',
      batch: 'Yığın',
      weights: 'İlk ağırlıklar',
      seed: 'Tohum',
      regularisation: 'Düzenlileştirme',
      schedule: 'Takvim',
      loss: 'Kayıp',
      stop: 'Durma',
      plan: 'Plan',
    },
  },
};

interface Group {
  readonly name: keyof typeof sentences.en.groups;
  /** The settings that mean something, given the others. */
  readonly settings: (experiment: Experiment) => readonly Setting[];
  readonly says: (experiment: Experiment) => string;
}

const moments: Partial<Record<Experiment['optimizer'], readonly Setting[]>> = {
  momentum: ['momentum'],
  nesterov: ['momentum'],
  adam: ['beta1', 'beta2', 'epsilon'],
  adamw: ['beta1', 'beta2', 'epsilon'],
  rmsprop: ['momentum', 'beta2', 'epsilon'],
};

const GROUPS: readonly Group[] = [
  {
    name: 'optimizer',
    settings: ({ optimizer }) => ['optimizer', ...(moments[optimizer] ?? []), 'clip'],
    says: ({ optimizer }) => choiceLabel('optimizer', optimizer),
  },
  {
    name: 'batch',
    settings: () => ['batch', 'shuffle'],
    says: ({ batch }) => (batch ? String(batch) : inLanguage(sentences).all),
  },
  {
    name: 'weights',
    settings: ({ init }) => [
      'init',
      ...(init === 'normal' || init === 'uniform' ? (['initScale'] as const) : []),
      'bias',
    ],
    says: ({ init, initScale }) =>
      choiceLabel('init', init) +
      (init === 'normal' || init === 'uniform' ? ` × ${formatSetting(initScale)}` : ''),
  },
  { name: 'seed', settings: () => ['seed'], says: ({ seed }) => String(seed) },
  {
    name: 'regularisation',
    settings: () => ['l2', 'l1', 'decay', 'biases', 'dropout'],
    says: (experiment) =>
      (['l1', 'l2', 'decay', 'dropout'] as const)
        .filter((name) => experiment[name] > 0)
        .map((name) => `${name} ${formatSetting(experiment[name])}`)
        .join(', ') || inLanguage(sentences).none,
  },
  {
    name: 'schedule',
    settings: ({ schedule }) => [
      'schedule',
      ...(schedule === 'step' || schedule === 'plateau' ? (['every', 'factor'] as const) : []),
      ...(schedule === 'cosine' || schedule === 'plateau' ? (['minimum'] as const) : []),
      'warmup',
    ],
    says: ({ schedule }) => choiceLabel('schedule', schedule),
  },
  {
    name: 'loss',
    settings: ({ loss }) => [
      'loss',
      ...(loss === 'huber' ? (['huberDelta'] as const) : []),
      'smoothing',
      'balanced',
    ],
    says: ({ loss }) => choiceLabel('loss', loss),
  },
  {
    name: 'stop',
    settings: ({ patience }) => [
      'stop',
      'patience',
      ...(patience ? (['minDelta', 'restoreBest'] as const) : []),
    ],
    says: ({ stop }) => (stop ? inLanguage(sentences).after(String(stop)) : inLanguage(sentences).never),
  },
  { name: 'plan', settings: () => ['plan'], says: ({ plan }) => choiceLabel('plan', plan) },
];

/** Every option of a training: the learning rate first, the rest in groups that say what they hold. */
export function Settings() {
  const say = inLanguage(sentences);
  const now = experiment.value;
  return (
    <section class="block training" aria-labelledby="training-title">
      <h2 id="training-title">{say.title}</h2>
      <Slider name="learningRate" value={now.learningRate} brief />
      {GROUPS.map(({ name, settings, says }) => (
        <details class="fold" data-group={name} key={name}>
          <summary>
            <span>{say.groups[name]}</span>
            <span class="note">{says(now)}</span>
          </summary>
          <div class="inside">
            {settings(now).map((setting) => (
              <Control key={setting} name={setting} value={now[setting]} />
            ))}
          </div>
        </details>
      ))}
    </section>
  );
}
