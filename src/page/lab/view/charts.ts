import { HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, VisualMapComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import type { EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([CanvasRenderer, GridComponent, HeatmapChart, LineChart, ScatterChart, VisualMapComponent]);

export type Option = EChartsCoreOption;
/** What a colour of the tokens is here and now. */
export type Colour = (name: string) => string;

/** A chart as large as its element. */
export interface Chart {
  show(option: Option): void;
  destroy(): void;
}

export function makeChart(element: HTMLElement): Chart {
  const chart = init(element, undefined, { renderer: 'canvas' });
  const observer = new ResizeObserver(() => chart.resize());
  observer.observe(element);
  return {
    show: (option) => chart.setOption(option, { notMerge: true }),
    destroy: () => {
      observer.disconnect();
      chart.dispose();
    },
  };
}
