import type { Colour, Option } from './charts.ts';

export interface Dot {
  readonly kind: 'attempt' | 'shipped' | 'before';
  /** Floating-point operations for each byte. */
  readonly intensity: number;
  readonly gflops: number;
}

interface Roofline {
  readonly dots: readonly Dot[];
  /** GFLOP/s and GB/s; undefined until they were measured. */
  readonly compute: number | undefined;
  readonly memory: number | undefined;
  readonly axes: { readonly x: string; readonly y: string };
}

export const FONT =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const below = (value: number) => 10 ** Math.floor(Math.log10(value));
const above = (value: number) => 10 ** Math.ceil(Math.log10(value) + 1e-9);

/** Kernels as dots under the roofs, both axes logarithmic. */
export function rooflineOption({ dots, compute, memory, axes }: Roofline) {
  return (colour: Colour): Option => {
    const xs = dots.map(({ intensity }) => intensity);
    const ridge = compute && memory ? compute / memory : xs[0];
    const left = below(Math.min(...xs, ridge) / 2);
    const right = above(Math.max(...xs, ridge) * 2);
    const ys = dots.map(({ gflops }) => gflops);
    const bottom = below(Math.min(...ys) / 2);
    const top = above(Math.max(...ys, compute ?? 0) * 1.2);
    const roof =
      compute && memory
        ? [
            [Math.max(left, bottom / memory), Math.max(left, bottom / memory) * memory],
            [ridge, compute],
            [right, compute],
          ]
        : [];
    const axis = (name: string, min: number, max: number) => ({
      type: 'log',
      ...{ name, min, max },
      nameLocation: 'middle',
      nameTextStyle: { color: colour('--ink-2'), fontFamily: FONT, fontSize: 12 },
      axisLabel: { color: colour('--ink-2'), fontFamily: FONT, fontSize: 11, formatter: plain },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: colour('--line') } },
    });
    const looks = {
      before: { symbolSize: 7, itemStyle: { color: colour('--faint') } },
      shipped: {
        symbolSize: 11,
        itemStyle: { color: colour('--panel'), borderColor: colour('--ink'), borderWidth: 2 },
      },
      attempt: { symbolSize: 12, itemStyle: { color: colour('--pos') } },
    } as const;
    return {
      animation: false,
      grid: { left: 56, right: 12, top: 12, bottom: 44 },
      xAxis: { ...axis(axes.x, left, right), nameGap: 26 },
      yAxis: { ...axis(axes.y, bottom, top), nameGap: 42 },
      series: [
        {
          type: 'line',
          data: roof,
          symbol: 'none',
          silent: true,
          lineStyle: { color: colour('--ink'), width: 2 },
          areaStyle: { color: colour('--well'), origin: 'start', opacity: 1 },
          z: 1,
        },
        ...(['before', 'shipped', 'attempt'] as const).map((kind) => ({
          type: 'scatter',
          silent: true,
          ...looks[kind],
          data: dots.filter((dot) => dot.kind === kind).map(({ intensity, gflops }) => [intensity, gflops]),
          z: 3,
        })),
      ],
    };
  };
}

/** 0.01, 1, 1,000 and no exponents. */
export function plain(value: number): string {
  return value >= 1 ? Math.round(value).toLocaleString('en') : String(+value.toPrecision(2));
}
