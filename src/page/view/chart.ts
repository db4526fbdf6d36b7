import uPlot from 'uplot';
import { formatCount } from '../format.ts';
import { ceilNice, logTicks } from '../ticks.ts';

/** One line of a chart. */
export interface Line {
  /** The name of its style, as a class of the legend has it. */
  readonly style: 'train' | 'test' | 'batch' | 'kept';
  readonly x: readonly number[];
  readonly y: readonly (number | undefined)[];
}

export interface ChartOptions {
  readonly log: boolean;
  /** The y axis: its range for what is to be seen, and how its numbers are written. */
  readonly range: (low: number | null, high: number | null, log: boolean) => [number, number];
  readonly format: (value: number) => string;
  /** Steps from which on something else made them. */
  readonly marks: () => readonly number[];
  /** Hears the step under the pointer; undefined when it has left. */
  readonly onHover: (step: number | undefined) => void;
}

const FONT =
  '12px -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const WIDTHS: Readonly<Record<Line['style'], number>> = { batch: 1, test: 1.5, train: 2.25, kept: 1.25 };

/** Room between ticks, so that a large axis has no more of them than so many. */
const ticks =
  (most: number, least: number) => (_: uPlot, __: number, ___: number, ____: number, size: number) =>
    Math.max(least, size / most);

/** A chart of lines against steps, as large as its element, in the colours that its style gives. */
export class Chart {
  readonly #plot: uPlot;
  readonly #observer: ResizeObserver;
  #end = 100;

  constructor(
    private readonly element: HTMLElement,
    lines: readonly Line[],
    options: ChartOptions,
  ) {
    const colour = (name: string) => resolved(element, name);
    const strokes = { train: '--ink', test: '--ink-2', batch: '--faint', kept: '--edge' } as const;
    const axis = {
      stroke: colour('--ink-2'),
      font: FONT,
      ticks: { show: false },
      grid: { stroke: colour('--line'), width: 1 },
    };
    const { log } = options;
    this.#end = endOf(lines);
    this.#plot = new uPlot(
      {
        ...this.#size,
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
        padding: [8, 16, 0, 0],
        scales: {
          x: { time: false, range: () => [0, this.#end] },
          y: { distr: log ? 3 : 1, range: (_, low, high) => options.range(low, high, log) },
        },
        axes: [
          {
            ...axis,
            size: 24,
            gap: 4,
            space: ticks(7, 56),
            grid: { show: false },
            values: (_, steps) => steps.map((step) => (Number.isInteger(step) ? formatCount(step) : '')),
          },
          {
            ...axis,
            size: 48,
            gap: 6,
            space: ticks(5, 28),
            values: (_, values) => values.map(options.format),
            ...(log && {
              splits: (_: uPlot, __: number, low: number, high: number) => logTicks(low, high),
              filter: (_: uPlot, splits: number[]) => splits,
            }),
          },
        ],
        series: [
          {},
          ...lines.map(({ style }) => ({
            stroke: colour(strokes[style]),
            width: WIDTHS[style],
            spanGaps: true,
            pxAlign: 0,
            points: { show: false },
            ...(style === 'test' && { dash: [5, 4] }),
          })),
        ],
        hooks: {
          draw: [(plot) => options.marks().forEach((step) => mark(plot, step, colour('--focus')))],
          setCursor: [
            ({ cursor, data }) =>
              options.onHover(
                cursor.idx === null || cursor.idx === undefined ? undefined : data[0][cursor.idx],
              ),
          ],
        },
      },
      join(lines, log),
      element,
    );
    this.#observer = new ResizeObserver(() => this.#plot.setSize(this.#size));
    this.#observer.observe(element);
  }

  /** Draws other numbers in the same lines. */
  show(lines: readonly Line[], log: boolean): void {
    this.#end = endOf(lines);
    this.#plot.setData(join(lines, log));
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#plot.destroy();
  }

  get #size(): { width: number; height: number } {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }
}

/** A line across, at a step. */
function mark({ ctx, bbox, valToPos }: uPlot, step: number, colour: string): void {
  const x = Math.round(valToPos(step, 'x', true));
  ctx.fillStyle = colour;
  ctx.fillRect(x, bbox.top, devicePixelRatio, bbox.height);
}

/** What a colour of the tokens is here and now: a canvas does not understand light-dark(). */
function resolved(element: HTMLElement, name: string): string {
  const swatch = element.appendChild(document.createElement('span'));
  swatch.style.color = `var(${name})`;
  const { color } = getComputedStyle(swatch);
  swatch.remove();
  return color;
}

function endOf(lines: readonly Line[]): number {
  const last = Math.max(0, ...lines.map(({ x }) => x[x.length - 1] ?? 0));
  return ceilNice(last ? Math.max(last, 10) : 100);
}

function join(lines: readonly Line[], log: boolean): uPlot.AlignedData {
  const visible = (value: number | undefined) =>
    value === undefined || !Number.isFinite(value) || (log && value <= 0) ? null : value;
  return uPlot.join(lines.map(({ x, y }) => [[...x], y.map(visible)]) as uPlot.AlignedData[]);
}
