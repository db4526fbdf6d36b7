import { dotOf } from '../../palette.ts';
import type { Axis } from '../state/axes.ts';
import type { Trial } from '../state/read.ts';
import { goodness } from '../state/store.ts';
import { FONT, type Option } from './charts.ts';
import { type Colour, SHADES, shadeColour, shadeOf } from './colours.ts';
import { formatValue } from './numbers.ts';

/** The colours of trials by an axis: the metric from the worst to the best, numbers from least to most, else by kind. */
export function colouring(
  by: Axis,
  isMetric: boolean,
  trials: readonly Trial[],
): (trial: Trial) => string | undefined {
  if (by.kind === 'category') return (trial) => dotOf(by.values.indexOf(String(by.of(trial))));
  const shade = (share: number | undefined) =>
    share === undefined ? undefined : shadeColour(shadeOf(share));
  if (isMetric) return ({ value }) => shade(goodness(value));
  const scaled = (trial: Trial) => {
    const value = by.of(trial);
    if (typeof value !== 'number') return undefined;
    return by.kind === 'log' ? Math.log(value) : value;
  };
  let [least, most] = [Infinity, -Infinity];
  for (const trial of trials) {
    const value = scaled(trial);
    if (value !== undefined) [least, most] = [Math.min(least, value), Math.max(most, value)];
  }
  return (trial) => {
    const value = scaled(trial);
    return shade(value === undefined ? undefined : most > least ? (value - least) / (most - least) : 1);
  };
}

/** Shades of a legend, from the first to the last. */
export const shades = (): readonly string[] => Array.from({ length: SHADES }, (_, i) => shadeColour(i));

export interface ScatterAxes {
  readonly x: Axis;
  readonly y: Axis;
  readonly colourOf: (trial: Trial) => string | undefined;
}

/** The points of trials that have both values. */
export function pointsOf(trials: readonly Trial[], { x, y }: ScatterAxes): readonly Trial[] {
  return trials.filter((trial) => x.of(trial) !== undefined && y.of(trial) !== undefined);
}

export function scatterOption(points: readonly Trial[], axes: ScatterAxes) {
  const isMany = points.length > 500;
  return (colour: Colour): Option => ({
    animation: false,
    grid: { left: 12, right: 20, top: 14, bottom: 4, outerBoundsMode: 'same' },
    xAxis: axisOption(axes.x, colour, 'x'),
    yAxis: axisOption(axes.y, colour, 'y'),
    series: [
      {
        ...{
          id: 'all',
          type: 'scatter',
          clip: false,
          symbolSize: isMany ? 6 : 9,
          emphasis: { disabled: true },
        },
        data: points.map((trial) => ({
          value: [axes.x.of(trial), axes.y.of(trial)],
          itemStyle: {
            color: axes.colourOf(trial) ?? colour('--faint'),
            opacity: 0.85,
            borderColor: colour('--paper'),
            borderWidth: isMany ? 0 : 1,
          },
        })),
      },
      { id: 'over', type: 'scatter', silent: true, data: [] },
    ],
  });
}

/** Rings around trials. */
export const scatterOver =
  (marked: readonly Trial[], { x, y }: ScatterAxes) =>
  (colour: Colour): Option => ({
    series: [
      {
        ...{ id: 'over', type: 'scatter', clip: false, silent: true, symbolSize: 15, z: 5 },
        itemStyle: { color: 'transparent', borderColor: colour('--ink'), borderWidth: 2.5 },
        data: marked.map((trial) => [x.of(trial), y.of(trial)]),
      },
    ],
  });

function axisOption({ name, kind, values }: Axis, colour: Colour, which: 'x' | 'y') {
  const label = { color: colour('--ink-2'), fontFamily: FONT, fontSize: 11 };
  return {
    type: kind === 'linear' ? 'value' : kind,
    ...(kind === 'category' && { data: [...values] }),
    scale: true,
    name: which === 'x' ? name : undefined,
    nameLocation: 'middle',
    nameGap: 28,
    nameTextStyle: { ...label, fontSize: 12 },
    axisLabel: {
      ...label,
      ...{ hideOverlap: true, width: 110, overflow: 'truncate' },
      ...(kind !== 'category' && { formatter: (value: number) => formatValue(value) }),
    },
    axisLine: { show: true, lineStyle: { color: colour('--line') } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colour('--line') } },
  };
}
