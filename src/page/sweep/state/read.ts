import { REPORT_FORMAT } from '../../../sweep/report.ts';

/** What a trial came to; `open` while it has no result. */
export type Outcome = 'open' | 'done' | 'early' | 'diverged' | 'failed';
const OUTCOMES: readonly Outcome[] = ['open', 'done', 'early', 'diverged', 'failed'];

export interface Point {
  readonly epoch: number;
  readonly loss?: number;
  readonly accuracy?: number;
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
}

/** The options of something, by their names. */
export type Options = Readonly<Record<string, unknown>>;

/** A trial as the page shows it. */
export interface Trial {
  readonly id: string;
  readonly configuration: number;
  readonly rung: number;
  readonly seed?: number;
  readonly fold?: number;
  readonly outcome: Outcome;
  readonly experiment: Options;
  /** Of these, what varies. */
  readonly options: Options;
  /** Of the metric; undefined where it has none, or one that is no number. */
  readonly value?: number;
  readonly curve: readonly Point[];
  readonly trainingRows?: number;
  readonly steps?: number;
  readonly weights?: string;
  readonly error?: string;
  /** Its place in `machines`. */
  readonly machine?: number;
  readonly seconds?: number;
  readonly attempts?: number;
}

export interface Configuration {
  readonly index: number;
  readonly options: Options;
  readonly stopped: boolean;
  readonly mean?: number;
  readonly deviation?: number;
  readonly least?: number;
  readonly most?: number;
}

export interface Machine {
  readonly adapter: string;
  readonly browser: string;
  readonly kernels: number;
}

/** A report as the page shows it: every field is of the type that it says, whatever the file had. */
export interface Report {
  readonly data: string;
  readonly rows?: number;
  readonly metric: { readonly name: string; readonly higherIsBetter: boolean; readonly measure: string };
  readonly state: 'running' | 'done' | 'interrupted' | 'failed';
  readonly error?: string;
  readonly folds?: number;
  readonly configurations: ReadonlyMap<number, Configuration>;
  /** The places of configurations by their indices, from 0, the best. */
  readonly places: ReadonlyMap<number, number>;
  readonly trials: readonly Trial[];
  readonly best?: { readonly configuration: number; readonly trial: string };
  readonly machines: readonly Machine[];
  /** In ms since 1970. */
  readonly started?: number;
  readonly seconds?: number;
}

const MOST_TEXT = 2000;

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as never) : {};
const array = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.slice(0, MOST_TEXT) : undefined;
const field = (value: unknown, name: string): unknown =>
  Object.hasOwn(object(value), name) ? object(value)[name] : undefined;

/** A report, as far as it makes sense; undefined for what is none. */
export function readReport(content: unknown): Report | undefined {
  const given = object(content);
  if (given.format !== REPORT_FORMAT) return undefined;
  const { metric, data, specification, times } = given;
  const [part, measure] = [text(field(metric, 'part')) ?? '', text(field(metric, 'measure')) ?? ''];
  const configurations = new Map(
    array(given.configurations).flatMap((one) => {
      const read = readConfiguration(object(one));
      return read ? [[read.index, read] as const] : [];
    }),
  );
  const took = field(times, 'trials');
  const trials = array(given.trials).flatMap((one) => {
    const id = text(field(one, 'id'));
    if (id === undefined) return [];
    const value = number(field(field(field(one, 'scores'), part), measure));
    const configuration = number(field(one, 'configuration')) ?? -1;
    const options = configurations.get(configuration)?.options ?? {};
    const time = field(took, id);
    return [{ ...readTrial(id, object(one)), ...{ configuration, options, value }, ...readTime(time) }];
  });
  const ids = new Set(trials.map(({ id }) => id));
  const [chosen, row] = [text(field(given.best, 'trial')), number(field(given.best, 'configuration'))];
  const started = Date.parse(text(field(times, 'started')) ?? '');
  return {
    data: text(field(data, 'name')) ?? '',
    rows: number(field(data, 'rows')),
    metric: {
      ...{ name: text(field(metric, 'name')) ?? '', measure },
      higherIsBetter: field(metric, 'higherIsBetter') !== false,
    },
    state: (['done', 'interrupted', 'failed'] as const).find((one) => one === given.state) ?? 'running',
    error: text(given.error),
    folds: number(field(specification, 'folds')),
    configurations,
    places: new Map(
      array(given.ranking).flatMap((index, place) => (typeof index === 'number' ? [[index, place]] : [])),
    ),
    trials: trials.length === ids.size ? trials : [...new Map(trials.map((one) => [one.id, one])).values()],
    best:
      chosen !== undefined && row !== undefined && ids.has(chosen)
        ? { configuration: row, trial: chosen }
        : undefined,
    machines: array(given.machines).map(readMachine),
    started: Number.isFinite(started) ? started : undefined,
    seconds: number(field(times, 'seconds')),
  };
}

function readConfiguration(given: Record<string, unknown>): Configuration | undefined {
  const index = number(given.index);
  if (index === undefined) return undefined;
  const [mean, deviation] = [number(given.mean), number(given.deviation)];
  const [least, most] = [number(given.least), number(given.most)];
  return {
    index,
    options: object(given.options),
    stopped: given.stopped === true,
    mean,
    deviation,
    least,
    most,
  };
}

function readTrial(id: string, given: Record<string, unknown>) {
  return {
    id,
    rung: number(given.rung) ?? 0,
    seed: number(given.seed),
    fold: number(given.fold),
    outcome: OUTCOMES.find((one) => one === given.outcome) ?? 'open',
    experiment: object(given.experiment),
    curve: array(given.curve).flatMap(readPoint),
    trainingRows: number(field(given.rows, 'train')),
    steps: number(given.steps),
    weights: text(given.weights),
    error: text(given.error),
    machine: number(given.machine),
  };
}

function readTime(given: unknown) {
  return { seconds: number(field(given, 'seconds')), attempts: number(field(given, 'attempts')) };
}

function readPoint(given: unknown): Point[] {
  const of = (name: string) => number(field(given, name));
  const epoch = of('epoch');
  if (epoch === undefined) return [];
  const [loss, accuracy] = [of('loss'), of('accuracy')];
  return [
    {
      epoch,
      loss,
      accuracy,
      validationLoss: of('validationLoss'),
      validationAccuracy: of('validationAccuracy'),
    },
  ];
}

function readMachine(given: unknown): Machine {
  const [adapter, browser] = [field(given, 'adapter'), field(given, 'browser')];
  const words = (from: unknown, ...names: string[]) =>
    names
      .map((name) => text(field(from, name)))
      .filter(Boolean)
      .join(' ');
  const kind = text(field(adapter, 'kind'));
  return {
    adapter: `${words(adapter, 'vendor', 'architecture') || '?'}${kind ? ` (${kind})` : ''}`,
    browser: words(browser, 'name', 'version') || '?',
    kernels: Object.keys(object(field(given, 'kernels'))).length,
  };
}
