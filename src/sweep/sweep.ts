import { type Configuration, configurationsOf } from './configurations.ts';
import { survivors, rungsOf } from './halving.ts';
import { type Metric, compare, valueOf } from './metric.ts';
import { REPORT_FORMAT, type ReportedTrial, type SweepEvent, type SweepReport } from './report.ts';
import { type Machine, Results, type TrialResult } from './results.ts';
import { type Reached, type Row, ranking, rowOf } from './summary.ts';
import { type Common, type Trial, trialsOf } from './trials.ts';

/** Who trains: the browsers of this machine, or those of many behind a queue. */
export interface Crew {
  /**
   * Trains these; resolves when each has a result, which may come in any order, and more than once.
   * @param onResult hears every result
   */
  run(trials: readonly Trial[], onResult: (result: TrialResult) => void): Promise<void>;
}

/** A sweep before its first trial. */
export interface SweepPlan extends Common {
  readonly described: SweepReport['data'];
  readonly metric: Metric;
  /** Epochs of a whole training. */
  readonly epochs: number;
}

/** A sweep: which trials there are, what came of them, which configurations go on. */
export class Sweep {
  readonly configurations: readonly Configuration[];
  readonly #rungs: readonly (number | undefined)[];
  readonly #reached = new Map<number, Reached>();
  /** In the order in which they are reported. */
  readonly #trials = new Map<string, Trial>();
  readonly #results = new Results();
  readonly #started = new Date();
  #earlier = new Map<string, TrialResult>();

  /** @throws UsageError for more trials than a sweep may have */
  constructor(
    private readonly plan: SweepPlan,
    private readonly onEvent: (event: SweepEvent) => void = () => {},
  ) {
    this.configurations = configurationsOf(plan.spec);
    this.#rungs = rungsOf(plan.spec, plan.epochs);
  }

  /** Trials of the first rung. */
  get first(): number {
    const { seeds, folds = 1 } = this.plan.spec;
    return this.configurations.length * seeds.length * folds;
  }

  /** The trials that have a result, and all that there are so far. */
  get counts(): { finished: number; trials: number } {
    return { finished: this.#results.size, trials: this.#trials.size };
  }

  /** Takes results of an earlier run of this sweep: their trials are not run again, unless they failed. */
  resume(report: SweepReport): void {
    const { trials, machines, times } = report;
    for (const { id, outcome, machine, ...rest } of trials) {
      if (outcome === 'open' || outcome === 'failed') continue;
      const { configuration: _, rung: _r, seed: _s, fold: _f, experiment: _e, ...result } = rest;
      this.#earlier.set(id, {
        ...{ id, outcome, ...result, ...times.trials[id] },
        ...(machine !== undefined && { machine: machines[machine] }),
      });
    }
  }

  /** Runs all rungs. @throws what the crew throws; what is finished by then is in the report */
  async run(crew: Crew): Promise<void> {
    const { spec, metric } = this.plan;
    let going = this.configurations;
    for (const [rung, epochs] of this.#rungs.entries()) {
      const trials: Trial[] = [];
      for (const configuration of going) {
        const own = await trialsOf(this.plan, configuration, rung, epochs);
        trials.push(...own);
        this.#reached.set(configuration.index, { trials: own, rung, epochs, stopped: false });
      }
      for (const trial of trials) this.#trials.set(trial.id, trial);
      const indices = going.map(({ index }) => index);
      this.onEvent({ type: 'rung', rung, epochs, configurations: indices, trials: trials.length });
      for (const { id } of trials) if (this.#earlier.has(id)) this.#take(this.#earlier.get(id)!);
      const open = trials.filter(({ id }) => !this.#results.get(id));
      if (open.length) await crew.run(open, (result) => this.#take(result));
      if (rung === this.#rungs.length - 1) break;
      const values = new Map(going.map(({ index }) => [index, this.#row(index).mean]));
      const kept = survivors(metric, values, spec.stop!.keep);
      for (const index of indices)
        if (!kept.includes(index)) this.#reached.set(index, { ...this.#reached.get(index)!, stopped: true });
      going = going.filter(({ index }) => kept.includes(index));
      if (!going.length) break;
    }
  }

  /** What is known now. */
  report(state: SweepReport['state'] = 'running', error?: string): SweepReport {
    const { spec, metric, described } = this.plan;
    const rows = this.configurations
      .filter(({ index }) => this.#reached.has(index))
      .map(({ index }) => this.#row(index));
    const order = ranking(metric, rows);
    const all = [...this.#trials.values()];
    const machines = machinesOf(all.map(({ id }) => this.#results.get(id)));
    const keyed = machines.map(placeOf);
    const trials = all.map(({ data: _data, requires: _requires, ...trial }): ReportedTrial => {
      const result = this.#results.get(trial.id);
      if (!result) return { ...trial, outcome: 'open' };
      const { machine, seconds: _seconds, attempts: _attempts, parameters: _parameters, ...rest } = result;
      return { ...trial, ...rest, ...(machine && { machine: keyed.indexOf(placeOf(machine)) }) };
    });
    const times = all.flatMap(({ id }) => {
      const result = this.#results.get(id);
      return result ? [[id, { seconds: result.seconds, attempts: result.attempts }] as const] : [];
    });
    return {
      format: REPORT_FORMAT,
      specification: spec,
      data: described,
      metric,
      rungs: this.#rungs,
      state,
      ...(error !== undefined && { error }),
      configurations: rows,
      ranking: order,
      best: this.#best(rows.find(({ index }) => index === order[0])),
      trials,
      machines,
      times: {
        started: this.#started.toISOString(),
        seconds: (Date.now() - this.#started.getTime()) / 1000,
        trials: Object.fromEntries(times),
      },
    };
  }

  /** A trial by its name. */
  trial(id: string): Trial | undefined {
    return this.#trials.get(id);
  }

  #row(index: number): Row {
    const { metric } = this.plan;
    return rowOf(this.configurations[index], this.#reached.get(index)!, metric, (id) =>
      this.#results.get(id),
    );
  }

  #best(row: Row | undefined): SweepReport['best'] {
    if (row?.mean === undefined) return undefined;
    const { metric } = this.plan;
    const value = ({ id }: Trial) => valueOf(metric, this.#results.get(id)?.scores);
    const [first, ...others] = this.#reached.get(row.index)!.trials;
    const best = others.reduce((a, b) => (compare(metric, value(b), value(a)) < 0 ? b : a), first);
    return { configuration: row.index, trial: best.id };
  }

  #take(result: TrialResult): void {
    const trial = this.trial(result.id);
    if (!trial || !this.#results.add(result)) return;
    const { id, outcome, error } = result;
    const value = valueOf(this.plan.metric, result.scores);
    this.onEvent({ type: 'finished', trial: id, configuration: trial.configuration, outcome, value, error });
  }
}

const placeOf = ({ adapter, browser }: Machine) => JSON.stringify([adapter, browser]);

/** Each machine once, with all kernels that ran there; in an order that is theirs, not that of the results. */
function machinesOf(results: readonly (TrialResult | undefined)[]): Machine[] {
  const found = new Map<string, Machine>();
  for (const result of results) {
    if (!result?.machine) continue;
    const { kernels } = found.get(placeOf(result.machine)) ?? { kernels: {} };
    found.set(placeOf(result.machine), {
      ...result.machine,
      kernels: { ...kernels, ...result.machine.kernels },
    });
  }
  const sorted = (kernels: Machine['kernels']) =>
    Object.fromEntries(Object.entries(kernels).sort(([a], [b]) => (a < b ? -1 : 1)));
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, machine]) => ({ ...machine, kernels: sorted(machine.kernels) }));
}
