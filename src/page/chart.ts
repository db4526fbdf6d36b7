import uPlot from 'uplot';
import { formatCount } from './format.ts';
import type { Point } from './messages.ts';
import { ceilNice, logTicks } from './ticks.ts';

/** What a line shows; each has a key of the same name in the chart's legend. */
export type LineName = 'batch' | 'test' | 'train';
export type Lines = Readonly<Record<LineName, readonly Point[]>>;

export interface ChartOptions {
  /** From back to front. */
  readonly lines: readonly LineName[];
  /** What is drawn of a point. */
  value(point: Point): number | undefined;
  /** The y axis: its range for what is to be seen, and how its numbers are written. */
  range(low: number | null, high: number | null, log: boolean): [number, number];
  format(value: number): string;
}

const FONT =
  '12px -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const WIDTHS = { batch: 1, test: 1.5, train: 2.25 };

/** Room between ticks, so that a large axis has no more of them than so many. */
const ticks =
  (most: number, least: number) => (_: uPlot, __: number, ___: number, ____: number, size: number) =>
    Math.max(least, size / most);

/** A chart of points against steps. Its size is that of its element; its colours are those of its legend. */
export class Chart {
  #plot: uPlot | undefined;
  #log = false;
  #lines: Lines = { batch: [], test: [], train: [] };
  #end = 100;
  #colors = new Map<string, string>();
  readonly #element: HTMLElement;

  /** @param figure has an element `.plot` and a legend of elements `.key` */
  constructor(
    private readonly figure: HTMLElement,
    private readonly options: ChartOptions,
  ) {
    this.#element = figure.querySelector<HTMLElement>('.plot')!;
    new ResizeObserver(() => this.#plot?.setSize(this.#size)).observe(this.#element);
    this.restyle();
  }

  /** Draws these lines against so many steps. */
  show(lines: Lines, steps: number): void {
    this.#lines = lines;
    this.#end = ceilNice(steps ? Math.max(steps, 10) : 100);
    this.#plot?.setData(this.#data());
  }

  set log(log: boolean) {
    this.#log = log;
    this.#build();
  }

  /** Takes the colours anew. */
  restyle(): void {
    for (const name of this.options.lines) {
      const swatch = getComputedStyle(this.figure.querySelector(`.key.${name}`)!, '::before');
      this.#colors.set(name, swatch.borderTopColor);
    }
    this.#colors.set('text', getComputedStyle(this.#element).color);
    this.#colors.set('grid', getComputedStyle(this.#element).borderTopColor);
    this.#build();
  }

  /** A scale keeps its kind for life, so that a chart with another is a new one. */
  #build(): void {
    this.#plot?.destroy();
    const text = this.#colors.get('text');
    const grid = { stroke: this.#colors.get('grid'), width: 1 };
    const axis = { stroke: text, font: FONT, ticks: { show: false }, grid };
    this.#plot = new uPlot(
      {
        ...this.#size,
        legend: { show: false },
        cursor: { show: false },
        padding: [8, 20, 0, 0],
        scales: {
          x: { time: false, range: () => [0, this.#end] },
          y: {
            distr: this.#log ? 3 : 1,
            range: (_, low, high) => this.options.range(low, high, this.#log),
          },
        },
        axes: [
          {
            ...axis,
            size: 28,
            gap: 6,
            space: ticks(9, 56),
            grid: { show: false },
            values: (_, steps) => steps.map((step) => (Number.isInteger(step) ? formatCount(step) : '')),
          },
          {
            ...axis,
            size: 52,
            gap: 8,
            space: ticks(6, 32),
            values: (_, values) => values.map((value) => this.options.format(value)),
            ...(this.#log && {
              splits: (_: uPlot, __: number, low: number, high: number) => logTicks(low, high),
              filter: (_: uPlot, splits: number[]) => splits,
            }),
          },
        ],
        series: [
          {},
          ...this.options.lines.map((name) => ({
            stroke: this.#colors.get(name),
            width: WIDTHS[name],
            spanGaps: true,
            pxAlign: 0,
            points: { show: false },
            ...(name === 'test' && { dash: [5, 4] }),
          })),
        ],
      },
      this.#data(),
      this.#element,
    );
    // A GPU process that dies takes the picture along, too.
    this.#plot.ctx.canvas.addEventListener('contextlost', () => this.#build(), { once: true });
  }

  #data(): uPlot.AlignedData {
    return uPlot.join(
      this.options.lines.map((name) => {
        const points = this.#lines[name];
        return [points.map(({ step }) => step), points.map((point) => this.#visible(point))];
      }) as uPlot.AlignedData[],
    );
  }

  #visible(point: Point): number | null {
    const value = this.options.value(point);
    return value === undefined || !Number.isFinite(value) || (this.#log && value <= 0) ? null : value;
  }

  get #size(): { width: number; height: number } {
    return { width: this.#element.clientWidth, height: this.#element.clientHeight };
  }
}
