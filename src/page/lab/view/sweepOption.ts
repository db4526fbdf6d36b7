import type { Colour, Option } from './charts.ts';
import { formatSpan } from './numbers.ts';
import { FONT } from './rooflineOption.ts';

export interface SweepCell {
  readonly x: number;
  readonly y: number;
  /** Undefined where there is no time. */
  readonly ms: number | undefined;
}

/** Times over one axis as a curve, over two as a heat map. */
export function sweepOption(cells: readonly SweepCell[], name: string, other: string | undefined) {
  return (colour: Colour): Option => {
    const timed = cells.filter((cell): cell is Required<SweepCell> & { ms: number } => cell.ms !== undefined);
    const xs = [...new Set(cells.map(({ x }) => String(x)))];
    const label = { color: colour('--ink-2'), fontFamily: FONT, fontSize: 11 };
    const category = (axis: string, data: readonly string[]) => ({
      type: 'category',
      ...{ name: axis, data },
      nameLocation: 'middle',
      nameTextStyle: { ...label, fontSize: 12 },
      axisLabel: label,
      axisLine: { lineStyle: { color: colour('--line') } },
      axisTick: { show: false },
    });
    const base = { animation: false, grid: { left: 72, right: 16, top: 12, bottom: 44 } };
    if (other === undefined)
      return {
        ...base,
        xAxis: { ...category(name, xs), nameGap: 26 },
        yAxis: {
          type: 'value',
          min: 0,
          axisLabel: { ...label, formatter: (ms: number) => (ms ? formatSpan(ms) : '0') },
          splitLine: { lineStyle: { color: colour('--line') } },
        },
        series: [
          {
            type: 'line',
            silent: true,
            connectNulls: true,
            data: cells.map(({ ms }) => ms ?? null),
            symbol: 'circle',
            symbolSize: 9,
            lineStyle: { color: colour('--pos'), width: 2 },
            itemStyle: { color: colour('--pos') },
          },
        ],
      };
    const ys = [...new Set(cells.map(({ y }) => String(y)))];
    const times = timed.map(({ ms }) => ms);
    return {
      ...base,
      xAxis: { ...category(name, xs), nameGap: 26 },
      yAxis: { ...category(other, ys), nameGap: 48 },
      visualMap: {
        show: false,
        min: Math.min(...times),
        max: Math.max(...times),
        dimension: 2,
        inRange: { color: [colour('--soft-pos'), colour('--soft-mid'), colour('--soft-neg')] },
      },
      series: [
        {
          type: 'heatmap',
          silent: true,
          data: timed.map(({ x, y, ms }) => [String(x), String(y), ms]),
          label: { show: true, ...label, color: colour('--ink'), formatter: heat },
          itemStyle: { borderColor: colour('--paper'), borderWidth: 2 },
        },
      ],
    };
  };
}

const heat = ({ value }: { value: readonly [string, string, number] }) => formatSpan(value[2]);
