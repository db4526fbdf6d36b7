import { LineChart, ParallelChart, ScatterChart } from 'echarts/charts';
import { GridComponent, ParallelComponent } from 'echarts/components';
import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([CanvasRenderer, GridComponent, LineChart, ParallelChart, ParallelComponent, ScatterChart]);

export type Option = EChartsCoreOption;
export type Chart = EChartsType;

/** A chart as large as its element; its end is given back. */
export function makeChart(element: HTMLElement): { readonly chart: Chart; destroy(): void } {
  const chart = init(element, undefined, { renderer: 'canvas' });
  const observer = new ResizeObserver(() => chart.resize());
  observer.observe(element);
  return {
    chart,
    destroy() {
      observer.disconnect();
      chart.dispose();
    },
  };
}

export const FONT =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
