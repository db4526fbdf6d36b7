import type { Axis } from '../state/axes.ts';
import { goodness } from '../state/store.ts';
import type { Trial } from '../state/read.ts';
import { FONT, type Option } from './charts.ts';
import { type Colour, shadeColour, shadeOf } from './colours.ts';
import { formatValue } from './numbers.ts';

/** What an axis is called among the others: events of a brush name it. */
export const axisId = (at: number): string => `axis-${at}`;
export const axisPlace = (id: string): number => Number(id.replace('axis-', ''));

const valuesOf = (trial: Trial, axes: readonly Axis[]) => axes.map((axis) => axis.of(trial) ?? '-');

/** With more lines than these, each is drawn as simply as can be. */
const MANY = 300;

/** An axis for each parameter and one for the metric, a line for each trial; the best on top. */
export function parallelOption(axes: readonly Axis[], trials: readonly Trial[]) {
  const isMany = trials.length > MANY;
  return (colour: Colour): Option => ({
    animation: false,
    parallel: {
      ...{ left: 44, right: 64, top: 36, bottom: 20 },
      parallelAxisDefault: {
        nameLocation: 'end',
        nameGap: 14,
        nameTextStyle: { color: colour('--ink-2'), fontFamily: FONT, fontSize: 12 },
        nameTruncate: { maxWidth: 104 },
        axisLine: { lineStyle: { color: colour('--edge') } },
        axisTick: { alignWithLabel: true, lineStyle: { color: colour('--edge') } },
        // Over the lines, to be read.
        zlevel: 1,
        axisLabel: {
          color: colour('--ink-2'),
          fontFamily: FONT,
          fontSize: 11,
          hideOverlap: true,
          backgroundColor: colour('--paper'),
          padding: [1, 3],
        },
        areaSelectStyle: {
          width: 18,
          borderColor: colour('--focus'),
          color: colour('--focus'),
          opacity: 0.25,
        },
      },
    },
    parallelAxis: axes.map(({ name, kind, values }, dim) => ({
      ...{ id: axisId(dim), dim, name: short(name) },
      type: kind === 'linear' ? 'value' : kind,
      ...(kind === 'category'
        ? { data: values.map(short) }
        : { scale: true, axisLabel: { formatter: (value: number) => formatValue(value) } }),
    })),
    series: [
      {
        ...{ id: 'all', type: 'parallel', smooth: isMany ? 0 : 0.12 },
        ...{ activeOpacity: 0.85, inactiveOpacity: 0.06, emphasis: { disabled: true } },
        lineStyle: isMany ? { width: 1, opacity: 0.4 } : { width: 1.5, opacity: 0.75 },
        data: trials.map((trial) => ({
          value: valuesOf(trial, axes),
          lineStyle: { color: lineColour(trial, colour) },
        })),
      },
      over([], axes, isMany, colour),
    ],
  });
}

function lineColour({ value }: Trial, colour: Colour): string {
  const good = goodness(value);
  return good === undefined ? colour('--faint') : shadeColour(shadeOf(good));
}

/** Trials that stand out among so many. */
export const parallelOver =
  (marked: readonly Trial[], axes: readonly Axis[], count: number) => (colour: Colour) => ({
    series: [over(marked, axes, count > MANY, colour)],
  });

const over = (marked: readonly Trial[], axes: readonly Axis[], isMany: boolean, colour: Colour) => ({
  ...{ id: 'over', type: 'parallel', silent: true, smooth: isMany ? 0 : 0.12, z: 5 },
  ...{ activeOpacity: 1, inactiveOpacity: 1, emphasis: { disabled: true } },
  data: marked.map((trial) => ({
    value: valuesOf(trial, axes),
    lineStyle: { color: colour('--ink'), width: 3, opacity: 1 },
  })),
});

/** What has a place beside an axis. */
const short = (text: string): string => (text.length > 24 ? `${text.slice(0, 23)}…` : text);
