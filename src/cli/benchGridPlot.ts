import uPlot from 'uplot';
import { type Constants, type CostReceipt, SLICES, constantsOf, estimate, fastest } from './benchGrid.ts';

/** In pixels: twice what it is shown at, so that it is sharp on a dense screen. */
const WIDTH = 1800;
const HEIGHT = 1160;
/** Room for the legend above the plot. */
const LEGEND = 150;
const font = (size: number) => `${size}px "Helvetica Neue", Arial, sans-serif`;

/** Dark enough for a white ground, and told apart also by those who see no red or no green (Okabe and Ito). */
const COLORS = ['#000000', '#0072b2', '#009e73', '#d55e00', '#aa4499'];

/** The measured cells of one batch. */
interface Line {
  readonly batch: number;
  readonly color: string;
  readonly points: readonly { readonly width: number; readonly us: number; readonly resident: boolean }[];
}

/** Draws time per step over width, a line for each batch, the model's dashed. @returns a PNG */
export async function drawCost(receipt: CostReceipt): Promise<Uint8Array> {
  const constants = constantsOf(receipt);
  if (!constants) throw new Error('the constants of the model were not measured');
  const cells = SLICES[0].cells;
  const batches = [...new Set(cells.map(({ batch }) => batch))];
  const widths = [...new Set(cells.map(({ width }) => width))];
  const lines = batches.map((batch, i): Line => {
    const points = receipt.cells
      .filter((row) => row.depth === 2 && row.batch === batch && widths.includes(row.width))
      .flatMap((row) => {
        const best = fastest(row);
        if (!best) return [];
        return [{ width: row.width, us: 1000 * best.timing.median, resident: best.plan === 'resident' }];
      })
      .sort((a, b) => a.width - b.width);
    return { batch, color: COLORS[i], points };
  });
  const [least, most] = [Math.min(...widths), Math.max(...widths)];
  const fine = [
    ...new Set(Array.from({ length: 121 }, (_, i) => Math.round(least * (most / least) ** (i / 120)))),
  ];
  const canvas = await plot(lines, fine, constants);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('the picture could not be made');
  return new Uint8Array(await blob.arrayBuffer());
}

/** Measured and modelled values over one shared row of widths. */
function dataOf(lines: readonly Line[], fine: readonly number[], constants: Constants): uPlot.AlignedData {
  const models = lines.map(({ batch }) =>
    fine.map((width) => estimate({ width, batch, depth: 2 }, constants)),
  );
  const measured = lines.map(({ points }) => [points.map(({ width }) => width), points.map(({ us }) => us)]);
  return uPlot.join([[fine, ...models], ...measured] as uPlot.AlignedData[]);
}

function plot(
  lines: readonly Line[],
  fine: readonly number[],
  constants: Constants,
): Promise<HTMLCanvasElement> {
  const data = dataOf(lines, fine, constants);
  const values = data
    .slice(1)
    .flatMap((ys) => [...(ys as (number | null)[])].filter((y) => y! > 0) as number[]);
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values)));
  const powers = (base: number, from: number, to: number) => {
    const list: number[] = [];
    for (let value = from; value <= to * 1.001; value *= base) list.push(value);
    return list;
  };
  const axis = {
    stroke: '#222',
    font: font(26),
    labelFont: font(28),
    grid: { stroke: '#e2e2e2', width: 2 },
    ticks: { stroke: '#bbb', width: 2, size: 10 },
    filter: (_: uPlot, splits: number[]) => splits,
  };
  const [least, most] = [fine[0], fine[fine.length - 1]];
  return new Promise((resolve) => {
    new uPlot(
      {
        ...{ width: WIDTH, height: HEIGHT, pxAlign: false, padding: [LEGEND, 50, 10, 10] },
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, distr: 3, log: 2, range: [least / 1.2, most * 1.2] },
          y: { distr: 3, range: [low, high] },
        },
        axes: [
          {
            ...axis,
            ...{ label: 'width of the network (units)', labelSize: 44, size: 56, gap: 12 },
            splits: () => powers(4, least, most),
            values: (_, splits) => splits.map((width) => String(Math.round(width))),
          },
          {
            ...axis,
            ...{ label: 'time per training step', labelSize: 50, size: 120, gap: 12 },
            splits: () => powers(10, low, high),
            values: (_, splits) => splits.map(inUnits),
          },
        ],
        series: [
          {},
          ...lines.map(({ color }) => ({
            ...{ stroke: color, width: 2.5, dash: [14, 10], alpha: 0.75, points: { show: false } },
          })),
          ...lines.map(({ color }) => ({
            ...{ stroke: color, width: 4.5, spanGaps: true, points: { show: false } },
          })),
        ].map((series) => ({ ...series, spanGaps: true })),
        hooks: {
          drawClear: [
            ({ ctx }) => {
              ctx.fillStyle = '#fff';
              ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height);
            },
          ],
          draw: [(u) => drawPoints(u, lines), (u) => drawLegend(u, lines)],
          ready: [(u) => resolve(u.ctx.canvas)],
        },
      },
      data,
      // It is drawn to be exported, not to be shown.
      (_, init) => init(),
    );
  });
}

/** `20 µs`, `3 ms`, `1 s` */
function inUnits(us: number): string {
  if (us < 999) return `${Number(us.toPrecision(2))} µs`;
  return us < 999_000 ? `${Number((us / 1e3).toPrecision(2))} ms` : `${Number((us / 1e6).toPrecision(2))} s`;
}

function drawPoints(u: uPlot, lines: readonly Line[]): void {
  for (const { color, points } of lines)
    for (const { width, us, resident } of points)
      drawPoint(u.ctx, u.valToPos(width, 'x', true), u.valToPos(us, 'y', true), color, resident);
}

/** @param isOpen a ring instead of a disc */
function drawPoint(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  color: string,
  isOpen: boolean,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.arc(x, y, 10, 0, 2 * Math.PI);
  ctx.fillStyle = isOpen ? '#fff' : color;
  ctx.strokeStyle = color;
  ctx.lineWidth = 4.5;
  ctx.fill();
  ctx.stroke();
  ctx.restore();
}

function drawLegend({ ctx, bbox }: uPlot, lines: readonly Line[]): void {
  ctx.save();
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.font = font(28);
  const stroke = (x: number, y: number, color: string, dash: number[]) => {
    ctx.setLineDash(dash);
    ctx.strokeStyle = color;
    ctx.lineWidth = dash.length ? 2.5 : 4.5;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + 60, y);
    ctx.stroke();
    ctx.setLineDash([]);
  };
  const text = (words: string, x: number, y: number) => {
    ctx.fillStyle = '#222';
    ctx.fillText(words, x, y);
    return x + ctx.measureText(words).width + 50;
  };
  let x = bbox.left;
  for (const { batch, color } of lines) {
    stroke(x, 42, color, []);
    x = text(`batch ${batch}`, x + 74, 42);
  }
  drawPoint(ctx, bbox.left + 30, 100, '#222', false);
  x = text('plan fused', bbox.left + 74, 100);
  drawPoint(ctx, x + 30, 100, '#222', true);
  x = text('plan resident', x + 74, 100);
  stroke(x, 100, '#222', [14, 10]);
  text('the model, in the colour of its batch', x + 74, 100);
  ctx.restore();
}
