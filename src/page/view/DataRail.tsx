import { useEffect, useRef, useState } from 'preact/hooks';
import { datasets } from '../../data/generators.ts';
import { formatCount } from '../format.ts';
import { inLanguage } from '../language.ts';
import { dotOf, dotOfValue } from '../palette.ts';
import { choose, useOwn } from '../state/actions.ts';
import type { SetName } from '../state/experiment.ts';
import { SETS, isDrawn } from '../state/presets.ts';
import { experiment, summary } from '../state/store.ts';
import { isDark, restored } from '../theme.ts';
import { Control, Slider } from './Control.tsx';
import { Icon } from './Icon.tsx';
import { lazy } from './lazy.tsx';
import { setName } from './words.ts';

const OwnData = lazy(async () => (await import('../own/OwnData.tsx')).OwnData);

const sentences = {
  en: {
    title: 'Data',
    points: 'Two-dimensional data',
    tables: 'Tables',
    own: 'Your own data',
    stays: 'CSV, IDX or a pasted table. It stays on this computer.',
    drawn: 'Points and noise',
    split: 'Split',
    rows: (train: string, test: string) => `${train} to train, ${test} held out`,
    examples: (rows: string) => `${rows} examples`,
  },
  tr: {
    title: 'Veri',
    points: 'İki boyutlu veri',
    tables: 'Tablolar',
    own: 'Kendi verin',
    stays: 'CSV, IDX ya da yapıştırılan bir tablo. Bu bilgisayarda kalır.',
    drawn: 'Nokta ve gürültü',
    split: 'Bölme',
    rows: (train: string, test: string) => `${train} eğitim, ${test} ayrılmış`,
    examples: (rows: string) => `${rows} örnek`,
  },
};

const THUMBS: readonly SetName[] = [
  'flower',
  'circles',
  'xor',
  'spiral',
  'moons',
  'blobs',
  'plane',
  'houses',
];
const TABLES: readonly SetName[] = ['iris', 'wine', 'breast_cancer', 'digits'];

/** What is learnt: a built-in set, drawn or not, or the visitor's own. */
export function DataRail() {
  const say = inLanguage(sentences);
  const { data } = experiment.value;
  const [isOpen, open] = useState(false);
  return (
    <section class="block data" aria-labelledby="data-title">
      <h2 id="data-title">
        {say.title}
        <span class="note">
          {setName(data)}
          {summary.value && `, ${say.examples(formatCount(summary.value.rows))}`}
        </span>
      </h2>
      <div class="thumbs" role="group" aria-label={say.points}>
        {THUMBS.map((name) => (
          <button
            type="button"
            class="thumb"
            data-set={name}
            aria-pressed={data === name}
            onClick={() => choose(name)}
          >
            <Thumb name={name} />
            {setName(name)}
          </button>
        ))}
      </div>
      <div class="sets" role="group" aria-label={say.tables}>
        {TABLES.map((name) => (
          <button
            type="button"
            class="button small"
            data-set={name}
            aria-pressed={data === name}
            onClick={() => choose(name)}
          >
            {setName(name)}
          </button>
        ))}
      </div>
      <button
        type="button"
        class="drop"
        data-action="own"
        aria-pressed={data === 'own'}
        onClick={() => open(true)}
      >
        <Icon name="file" />
        <span>
          {say.own}
          <small>{say.stays}</small>
        </span>
      </button>
      {isOpen && (
        <OwnData
          onUse={({ fields, testRows, testShare, notes }) => {
            open(false);
            useOwn({ fields, testRows }, testShare, notes);
          }}
          onClose={() => open(false)}
        />
      )}
      <Drawn />
    </section>
  );
}

function Drawn() {
  const say = inLanguage(sentences);
  const { data, points, noise, dataSeed, held } = experiment.value;
  const { trainRows, testRows } = summary.value ?? { trainRows: 0, testRows: 0 };
  const drawn = isDrawn(data);
  return (
    <>
      {drawn && <Slider name="noise" value={noise} most={SETS[data].noise} brief />}
      <details class="fold">
        <summary>
          <span>{drawn ? say.drawn : say.split}</span>
          <span class="note">{say.rows(formatCount(trainRows), formatCount(testRows))}</span>
        </summary>
        <div class="inside">
          {drawn && <Control name="points" value={points} most={1000} />}
          <Control name="held" value={held} />
          <Control name="dataSeed" value={dataSeed} />
        </div>
      </details>
    </>
  );
}

const SIDE = 88;

/** A set in small. */
function Thumb({ name }: { name: SetName }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = isDark.value;
  useEffect(() => void draw(canvas.current!, name), [name, dark, restored.value]);
  return <canvas ref={canvas} width={SIDE} height={SIDE} aria-hidden="true" />;
}

function draw(canvas: HTMLCanvasElement, name: SetName): void {
  const data = datasets[name as keyof typeof datasets]();
  const context = canvas.getContext('2d')!;
  context.clearRect(0, 0, SIDE, SIDE);
  const { x, y, rows, classes } = data;
  const column = (at: number) => Array.from({ length: rows }, (_, i) => x[2 * i + at]);
  const ends = [column(0), column(1)].map((values) => [Math.min(...values), Math.max(...values)]);
  const labels = classes && data.labels();
  const [low, high] = [Math.min(...y), Math.max(...y)];
  for (let i = 0; i < rows; i += 2) {
    const [u, v] = [0, 1].map((at) => (x[2 * i + at] - ends[at][0]) / (ends[at][1] - ends[at][0]));
    context.fillStyle = labels ? dotOf(labels[i]) : dotOfValue((y[i] - low) / (high - low));
    context.beginPath();
    context.arc(8 + u * (SIDE - 16), SIDE - 8 - v * (SIDE - 16), 2.6, 0, 2 * Math.PI);
    context.fill();
  }
}
