import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LayerParameters } from '../../network/initialize.ts';
import { formatShort } from '../format.ts';
import { inLanguage } from '../language.ts';
import { select } from '../state/actions.ts';
import { probed, probedLayers, shownWeights } from '../state/derived.ts';
import { canvases, selected, summary } from '../state/store.ts';
import { post } from '../state/worker.ts';
import { type Drawing, type Node, curve, layOut } from './geometry.ts';
import { LayerHeads } from './LayerHeads.tsx';

const sentences = {
  en: {
    network: 'Network',
    input: (name: string, value: string) => `Input ${name}, ${value} at the cross-hair`,
    unit: (layer: number, unit: number, value: string) =>
      `Hidden layer ${layer}, unit ${unit}: a is ${value} at the cross-hair`,
    output: (name: string, value: string) => `Output ${name}: ${value} at the cross-hair`,
    rest: (count: number) => `${count} more units`,
  },
  tr: {
    network: 'Ağ',
    input: (name: string, value: string) => `Girdi ${name}, artı imlecinde ${value}`,
    unit: (layer: number, unit: number, value: string) =>
      `Gizli katman ${layer}, birim ${unit}: artı imlecinde a ${value}`,
    output: (name: string, value: string) => `Çıktı ${name}: artı imlecinde ${value}`,
    rest: (count: number) => `${count} birim daha`,
  },
};

/** The network, drawn: units with their maps, links with today's weights. */
export function NetworkView() {
  const say = inLanguage(sentences);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [{ width, height }, resize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) =>
      resize({ width: Math.round(contentRect.width), height: Math.round(contentRect.height) }),
    );
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const about = summary.value;
  const drawing = about && width ? layOut(about, width, height) : undefined;
  useEffect(() => {
    if (drawing) post({ type: 'places', places: placesOf(drawing) });
  }, [about?.architecture, width, height]);
  return (
    <section class="net" aria-label={say.network}>
      {drawing && <LayerHeads drawing={drawing} width={width} />}
      <div class="graph" ref={box}>
        <canvas key={canvases.value} class="nodes" ref={canvas} id="nodes" aria-hidden="true" />
        {drawing && <Links drawing={drawing} />}
        {drawing?.columns.flat().map((node) => (
          <NodeButton key={`${node.layer}.${node.unit}`} node={node} size={drawing.size} />
        ))}
      </div>
    </section>
  );
}

function placesOf({ columns, size }: Drawing) {
  const ratio = devicePixelRatio;
  return columns
    .flat()
    .filter(({ stands }) => stands === 1)
    .map(({ layer, unit, x, y }) => ({
      ...{ layer, unit },
      x: Math.round(ratio * (x - size / 2)),
      y: Math.round(ratio * (y - size / 2)),
      size: Math.round(ratio * size),
    }));
}

/** The widest link, in px. */
const WIDEST = 6;

function Links({ drawing }: { drawing: Drawing }) {
  const { columns, size, port } = drawing;
  const about = summary.value!;
  const shown = shownWeights.value;
  const largest = Math.max(
    1e-6,
    ...(shown ?? []).map(({ w }) => (w.length < 4096 ? w.reduce((m, v) => Math.max(m, Math.abs(v)), 0) : 0)),
  );
  const { layer, unit } = selected.value;
  const link = (from: Node, to: { x: number; y: number }, l: number, j: number, stands: number) => {
    const w = shown ? weightOf(shown[l], from, j, stands, about.architecture.layers[l].units) : 0;
    const share = Math.min(1, Math.abs(w) / largest);
    const isChosen = l + 1 === layer && j === unit;
    return (
      <path
        key={`${l}.${from.unit}.${j}`}
        class={`link ${w < 0 ? 'neg' : 'pos'}${isChosen ? ' chosen' : ''}`}
        d={curve({ x: from.x + size / 2, y: from.y }, to)}
        stroke-width={(0.4 + (WIDEST - 0.4) * share).toFixed(2)}
        stroke-opacity={(0.25 + 0.65 * share).toFixed(2)}
      />
    );
  };
  return (
    <svg class="links" aria-hidden="true">
      {columns
        .slice(1)
        .map((column, l) =>
          column.map((node) =>
            columns[l].map((from) =>
              link(from, { x: node.x - size / 2, y: node.y }, l, node.unit, node.stands),
            ),
          ),
        )}
      {port && columns[columns.length - 1].map((from) => link(from, port, columns.length - 1, 0, 1))}
    </svg>
  );
}

/** The weight of a link; where an end stands for several units, their mean size, with the sign of their sum. */
function weightOf({ w }: LayerParameters, from: Node, j: number, stands: number, units: number): number {
  if (from.stands === 1 && stands === 1) return w[from.unit * units + j];
  let [sum, size, count] = [0, 0, 0];
  for (let i = from.unit; i < from.unit + from.stands; i++)
    for (let k = j; k < j + stands; k++) {
      sum += w[i * units + k];
      size += Math.abs(w[i * units + k]);
      count++;
    }
  return (Math.sign(sum) * size) / count;
}

function NodeButton({ node, size }: { node: Node; size: number }) {
  const say = inLanguage(sentences);
  const { layer, unit, stands, x, y } = node;
  const { architecture, features, classes, targets } = summary.value!;
  const isOutput = layer === architecture.layers.length;
  const value = layer === 0 ? probed.value?.[unit] : probedLayers.value?.[layer - 1]?.a[unit];
  const text = value === undefined ? '' : formatShort(value);
  const name = isOutput ? (classes?.[unit] ?? targets[unit]) : features[unit];
  const label =
    stands > 1
      ? say.rest(stands)
      : layer === 0
        ? say.input(name, text)
        : isOutput
          ? say.output(name, text)
          : say.unit(layer, unit + 1, text);
  const isChosen = layer > 0 && selected.value.layer === layer && selected.value.unit === unit;
  const style = {
    left: `${x - size / 2}px`,
    top: `${y - size / 2}px`,
    width: `${size}px`,
    height: `${size}px`,
  };
  const content = (
    <>
      {stands > 1 && (
        <span class="rest" aria-hidden="true">
          +{stands}
        </span>
      )}
      {layer === 0 && stands === 1 && (
        <span class="name" aria-hidden="true">
          {short(name)}
        </span>
      )}
      {stands === 1 && !isOutput && size >= 28 && (
        <span class="value" aria-hidden="true">
          {text}
        </span>
      )}
    </>
  );
  if (layer === 0)
    return (
      <div class="node input" style={style} role="img" aria-label={label} title={name}>
        {content}
      </div>
    );
  return (
    <>
      <button
        type="button"
        class={`node${stands > 1 ? ' summary' : ''}`}
        style={style}
        data-layer={layer}
        data-unit={unit}
        aria-label={label}
        title={label}
        aria-pressed={isChosen}
        onClick={() => select(layer, unit)}
      >
        {content}
      </button>
      {isOutput && stands === 1 && size >= 28 && (
        <span class="node-caption" style={{ left: `${x}px`, top: `${y + size / 2}px` }} aria-hidden="true">
          {short(name)}
        </span>
      )}
    </>
  );
}

const short = (name: string) => (name.length > 7 ? `${name.slice(0, 6)}…` : name);
