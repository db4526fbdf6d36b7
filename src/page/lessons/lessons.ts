import type { Experiment, Hidden } from '../state/experiment.ts';
import { presetOf } from '../state/presets.ts';

/** One way to run a lesson's experiment; the first is what it begins with. */
export interface Way {
  /** A key of the lesson's sentences. */
  readonly name: string;
  readonly change: Partial<Experiment>;
}

/** A guided experiment: data, network and seed, and what can be changed in it. */
export interface Lesson {
  readonly start: Experiment;
  readonly ways: readonly Way[];
  readonly plays: boolean;
  /** What to watch, as a number of the run. */
  readonly watches: 'unit' | 'loss' | 'saturated' | 'score' | 'alike';
}

const layers = (activation: Hidden['activation'], ...units: number[]): readonly Hidden[] =>
  units.map((n) => ({ units: n, activation }));

/** The flower, with all points at once and 500 steps, as in the notes. */
const flower: Experiment = { ...presetOf('flower'), held: 0, stop: 500 };

/** One for each point of the notes, in their order. */
export const LESSONS: readonly Lesson[] = [
  {
    start: { ...presetOf('circles'), layers: layers('tanh', 3), init: 'xavier', stop: 200, batch: 0 },
    ways: [
      { name: 'tanh', change: {} },
      { name: 'relu', change: { layers: layers('relu', 3) } },
    ],
    plays: false,
    watches: 'unit',
  },
  {
    start: { ...flower, init: 'normal', initScale: 0.5, layers: layers('sigmoid', 4) },
    ways: [
      { name: 'sigmoid', change: {} },
      { name: 'tanh', change: { layers: layers('tanh', 4) } },
    ],
    plays: true,
    watches: 'loss',
  },
  {
    start: { ...flower, init: 'normal', initScale: 8, layers: layers('tanh', 4) },
    ways: [
      { name: 'tanh', change: {} },
      { name: 'small', change: { initScale: 0.5 } },
      { name: 'relu', change: { layers: layers('relu', 4), initScale: 0.5 } },
    ],
    plays: true,
    watches: 'saturated',
  },
  {
    start: { ...flower, init: 'xavier', layers: layers('identity', 4, 4) },
    ways: [
      { name: 'identity', change: {} },
      { name: 'none', change: { layers: [] } },
      { name: 'tanh', change: { layers: layers('tanh', 4, 4) } },
    ],
    plays: true,
    watches: 'score',
  },
  {
    start: { ...flower, init: 'zeros', layers: layers('tanh', 4) },
    ways: [
      { name: 'zeros', change: {} },
      { name: 'normal', change: { init: 'normal', initScale: 0.01 } },
      { name: 'none', change: { layers: [] } },
    ],
    plays: true,
    watches: 'alike',
  },
  {
    start: { ...flower, init: 'normal', initScale: 0.01, layers: layers('tanh', 4) },
    ways: [
      { name: 'small', change: {} },
      { name: 'one', change: { initScale: 1 } },
      { name: 'large', change: { initScale: 10 } },
    ],
    plays: true,
    watches: 'loss',
  },
];

/** How a lesson is run one way. */
export function experimentOf(lesson: Lesson, way: Way): Experiment {
  return { ...lesson.start, ...way.change };
}
