import type { Point, Trial } from '../state/read.ts';
import { curveOf, goodness } from '../state/store.ts';
import { FONT, type Option } from './charts.ts';
import { type Colour, SHADES, shadeColour, shadeOf } from './colours.ts';
import { formatValue } from './numbers.ts';

/** What of a point is shown. */
export type Measure = Exclude<keyof Point, 'epoch'>;
export const MEASURES: readonly Measure[] = ['validationAccuracy', 'accuracy', 'validationLoss', 'loss'];

export interface Curve {
  readonly trial: Trial;
  readonly points: readonly (readonly [epoch: number, value: number])[];
}

export function curvesOf(trials: readonly Trial[], measure: Measure): readonly Curve[] {
  return trials.flatMap((trial) => {
    const points = curveOf(trial).flatMap((point) => {
      const value = point[measure];
      return value === undefined ? [] : [[point.epoch, value] as const];
    });
    return points.length ? [{ trial, points }] : [];
  });
}

/** All curves; those of one shade are one line with gaps, for a series of each would be many. */
export function curvesOption(curves: readonly Curve[], label: string) {
  return (colour: Colour): Option => {
    const text = { color: colour('--ink-2'), fontFamily: FONT, fontSize: 11 };
    const lines = { type: 'line', silent: true, symbol: 'none', emphasis: { disabled: true } };
    const opacity = curves.length > 100 ? 0.35 : 0.7;
    return {
      animation: false,
      grid: { left: 12, right: 20, top: 14, bottom: 4, outerBoundsMode: 'same' },
      xAxis: {
        ...{ type: 'value', min: 0, name: label, nameLocation: 'middle', nameGap: 28 },
        minInterval: 1,
        nameTextStyle: { ...text, fontSize: 12 },
        axisLabel: { ...text, hideOverlap: true },
        axisLine: { show: true, lineStyle: { color: colour('--line') } },
        splitLine: { show: false },
      },
      yAxis: {
        type: 'value',
        scale: true,
        axisLabel: { ...text, formatter: (value: number) => formatValue(value) },
        splitLine: { lineStyle: { color: colour('--line') } },
      },
      series: [
        ...[undefined, ...Array.from({ length: SHADES }, (_, i) => i)].map((shade) => ({
          ...{ id: `shade-${shade}`, ...lines },
          lineStyle: {
            color: shade === undefined ? colour('--edge') : shadeColour(shade),
            width: 1.5,
            opacity,
          },
          data: curves
            .filter(({ trial }) => shadeOfTrial(trial) === shade)
            .flatMap(({ points }) => [...points, GAP]),
        })),
        { id: 'over', ...lines, data: [] },
      ],
    };
  };
}

const GAP = [NaN, NaN] as const;

function shadeOfTrial({ value }: Trial): number | undefined {
  const good = goodness(value);
  return good === undefined ? undefined : shadeOf(good);
}

/** Curves that stand out. */
export const curvesOver =
  (marked: readonly Curve[]) =>
  (colour: Colour): Option => ({
    series: [
      {
        ...{ id: 'over', type: 'line', silent: true, z: 5 },
        ...{ symbol: marked.some(({ points }) => points.length < 2) ? 'circle' : 'none', symbolSize: 7 },
        lineStyle: { color: colour('--ink'), width: 3, opacity: 1 },
        itemStyle: { color: colour('--ink') },
        data: marked.flatMap(({ points }) => [...points, GAP]),
      },
    ],
  });

/** The curve that is nearest to a place, by its value at that epoch; undefined where none is as near as `most`. */
export function nearest(
  curves: readonly Curve[],
  [epoch, value]: readonly [number, number],
  most: number,
): Trial | undefined {
  let found: Trial | undefined;
  let least = most;
  for (const { trial, points } of curves) {
    if (epoch > points[points.length - 1][0] + 0.5) continue;
    const after = points.findIndex(([at]) => at >= epoch);
    const [x1, y1] = points[after < 0 ? points.length - 1 : after];
    const [x0, y0] = points[Math.max(0, (after < 0 ? points.length : after) - 1)];
    const between = x1 > x0 ? y0 + ((y1 - y0) * (epoch - x0)) / (x1 - x0) : y1;
    const distance = Math.abs(between - value);
    if (distance < least) [found, least] = [trial, distance];
  }
  return found;
}
