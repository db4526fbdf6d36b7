import { activations } from '../../cpu/activation.ts';
import { formatShort } from '../format.ts';
import { inLanguage } from '../language.ts';
import { probed, probedLayers, shownWeights } from '../state/derived.ts';
import { looks, selected, summary } from '../state/store.ts';
import { activationName } from './words.ts';

const sentences = {
  en: {
    selected: 'Selected unit',
    title: (layer: string, unit: number) => `${layer}, unit ${unit}`,
    hidden: (l: number) => `Hidden ${l}`,
    output: 'Output',
    at: 'at the cross-hair',
    more: (count: number, sum: string) => `… and ${count} more: ${sum}`,
    slope: 'slope',
    curve: (name: string) => `${name}, with z at the cross-hair`,
    large: 'This network is too large to be computed beside the training; its layers are still shown.',
  },
  tr: {
    selected: 'Seçili birim',
    title: (layer: string, unit: number) => `${layer}, birim ${unit}`,
    hidden: (l: number) => `Gizli ${l}`,
    output: 'Çıktı',
    at: 'artı imlecinde',
    more: (count: number, sum: string) => `… ve ${count} tane daha: ${sum}`,
    slope: 'eğim',
    curve: (name: string) => `${name}, artı imlecindeki z ile`,
    large: 'Bu ağ eğitimin yanında hesaplanamayacak kadar büyük; katmanları yine de gösterilir.',
  },
};

const MOST_TERMS = 6;

/** What a unit computes, with today's numbers: z = w x + b, a = g(z). */
export function UnitPanel() {
  const say = inLanguage(sentences);
  const about = summary.value;
  const { layer, unit } = selected.value;
  const layers = about?.architecture.layers ?? [];
  const isOutput = layer === layers.length;
  const name = isOutput ? say.output : say.hidden(layer);
  return (
    <section class="unit lower" aria-label={say.selected}>
      <div class="panel-head">
        <h2>{say.title(name, unit + 1)}</h2>
        <span class="note">{say.at}</span>
      </div>
      <Bill />
    </section>
  );
}

function Bill() {
  const say = inLanguage(sentences);
  const [about, layers, outputs, x] = [summary.value, shownWeights.value, probedLayers.value, probed.value];
  const { layer, unit } = selected.value;
  const definition = about?.architecture.layers[layer - 1];
  if (!about || !layers || !definition || !x) return null;
  if (!outputs) return <p class="note">{say.large}</p>;
  const { w, b } = layers[layer - 1];
  const input = layer === 1 ? x : outputs[layer - 2].a;
  const units = definition.units;
  if (unit >= units) return null;
  const terms = Array.from(input, (value, i) => ({ i, weight: w[i * units + unit], value }));
  const shown = terms.slice(0, terms.length > MOST_TERMS ? MOST_TERMS - 1 : MOST_TERMS);
  const rest = terms.slice(shown.length);
  const restSum = rest.reduce((sum, { weight, value }) => sum + weight * value, 0);
  const z = outputs[layer - 1].z[unit];
  const a = outputs[layer - 1].a[unit];
  const letter = layer === 1 ? 'x' : 'a';
  const { activation } = definition;
  return (
    <div class="unitgrid">
      <table class="bill">
        <tbody>
          {shown.map(({ i, weight, value }) => (
            <tr key={i}>
              <th scope="row">
                <i>w</i>
                <sub>{i + 1}</sub> <i>{letter}</i>
                <sub>{i + 1}</sub>
              </th>
              <td class="note">
                {formatShort(weight)} × {formatShort(value)}
              </td>
              <td>{formatShort(weight * value)}</td>
            </tr>
          ))}
          {rest.length > 0 && (
            <tr>
              <th scope="row" colSpan={3}>
                {say.more(rest.length, formatShort(restSum))}
              </th>
            </tr>
          )}
          <tr>
            <th scope="row">
              <i>b</i>
            </th>
            <td />
            <td>{formatShort(b[unit])}</td>
          </tr>
          <tr class="sum">
            <th scope="row">
              <i>z</i>
            </th>
            <td />
            <td id="unit-z">{formatShort(z)}</td>
          </tr>
          <tr class="sum">
            <th scope="row" colSpan={2}>
              <i>a</i> = {activationName(activation)} <i>z</i>
            </th>
            <td id="unit-a">{formatShort(a)}</td>
          </tr>
          {activation !== 'softmax' && (
            <tr>
              <th scope="row" colSpan={2}>
                {say.slope} <i>g′</i>(<i>z</i>)
              </th>
              <td>{formatShort(activations[activation].slope(z))}</td>
            </tr>
          )}
        </tbody>
      </table>
      {activation !== 'softmax' && <ActivationCurve activation={activation} z={z} />}
    </div>
  );
}

const [WIDTH, HEIGHT, REACH] = [128, 144, 6];

/** g, where z is on it, and how often each z occurs among the training examples. */
function ActivationCurve({ activation, z }: { activation: keyof typeof activations; z: number }) {
  const say = inLanguage(sentences);
  const { g } = activations[activation];
  const [low, high] = [Math.min(-0.2, g(-REACH)), Math.max(1, g(REACH))];
  const x = (value: number) => (WIDTH * (value + REACH)) / (2 * REACH);
  const y = (value: number) => 6 + (78 * (high - value)) / (high - low);
  const points = Array.from({ length: 49 }, (_, i) => -REACH + i / 4);
  const path = points
    .map((value, i) => `${i ? 'L' : 'M'}${x(value).toFixed(1)} ${y(g(value)).toFixed(1)}`)
    .join('');
  const shown = Math.max(-REACH, Math.min(REACH, z));
  const look = looks.value.at(-1);
  return (
    <svg
      class="activation"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={say.curve(activationName(activation))}
    >
      <path class="axis" d={`M0 ${y(0).toFixed(1)}H${WIDTH}M${x(0)} 4V88`} />
      {look && <Bars bins={look.bins.z} range={look.range.z} x={x} />}
      <path class="line" d={path} />
      <path class="drop" d={`M${x(shown).toFixed(1)} ${y(g(shown)).toFixed(1)}V132`} />
      <circle cx={x(shown).toFixed(1)} cy={y(g(shown)).toFixed(1)} r="4" />
      <text x="0" y={HEIGHT - 1}>
        −{REACH}
      </text>
      <text x={WIDTH / 2} y={HEIGHT - 1} text-anchor="middle">
        z
      </text>
      <text x={WIDTH} y={HEIGHT - 1} text-anchor="end">
        {REACH}
      </text>
    </svg>
  );
}

function Bars({ bins, range, x }: { bins: Uint32Array; range: number; x: (value: number) => number }) {
  const most = Math.max(1, ...bins);
  const middle = (i: number) => range * ((2 * i + 1) / bins.length - 1);
  const width = Math.max(1, x((2 * range) / bins.length) - x(0) - 0.5);
  return (
    <>
      {Array.from(bins, (count, i) => {
        const height = (36 * count) / most;
        const at = middle(i);
        if (!count || Math.abs(at) > REACH) return null;
        return <rect class="bar" key={i} x={x(at) - width / 2} y={130 - height} {...{ width, height }} />;
      })}
    </>
  );
}
