import { useEffect, useRef } from 'preact/hooks';
import { formatCount, formatScore, formatSetting } from '../format.ts';
import { inLanguage } from '../language.ts';
import { looks, selected, summary } from '../state/store.ts';
import { isDark, restored } from '../theme.ts';
import type { LayerLook } from '../worker/messages.ts';

const sentences = {
  en: {
    title: (layer: string) => `${layer} over time`,
    selected: 'Selected layer over time',
    hidden: (l: number) => `Hidden ${l}`,
    output: 'Output',
    dead: (count: string) => `${count} dead`,
    saturated: (share: string) => `${share} saturated`,
    deadHelp: 'Units whose output is 0 for every example',
    saturatedHelp: 'Share of the outputs where the slope is below 5 % of its largest',
    strip: (name: string) => `Histogram of ${name} over time`,
    step: 'step',
  },
  tr: {
    title: (layer: string) => `Zaman içinde ${layer}`,
    selected: 'Zaman içinde seçili katman',
    hidden: (l: number) => `gizli ${l}`,
    output: 'çıktı',
    dead: (count: string) => `${count} ölü`,
    saturated: (share: string) => `${share} doymuş`,
    deadHelp: 'Çıktısı her örnekte 0 olan birimler',
    saturatedHelp: 'Eğimin en büyüğünün %5’inin altında olduğu çıktıların payı',
    strip: (name: string) => `Zaman içinde ${name} histogramı`,
    step: 'adım',
  },
};

const NAMES = ['w', 'z', 'a', 'dw'] as const;

/** How the numbers of a layer spread while it learns, and which of its units have stopped to. */
export function LayerPanel() {
  const say = inLanguage(sentences);
  const { layer } = selected.value;
  const all = looks.value;
  const last = all.at(-1);
  const isOutput = layer === summary.value?.architecture.layers.length;
  return (
    <section class="layer lower" aria-label={say.selected}>
      <div class="panel-head">
        <h2>{say.title(isOutput ? say.output : say.hidden(layer))}</h2>
        {last && (
          <span class="tags">
            {last.dead !== undefined && (
              <span class="tag" id="dead" title={say.deadHelp}>
                {say.dead(formatCount(last.dead))}
              </span>
            )}
            <span class="tag" id="saturated" title={say.saturatedHelp}>
              {say.saturated(formatScore(last.saturated, false))}
            </span>
          </span>
        )}
      </div>
      {NAMES.map((name) => (
        <Strip key={name} name={name} looks={all} />
      ))}
      <p class="strip-ends note">
        <span>
          {say.step} {formatCount(all[0]?.step ?? 0)}
        </span>
        <span>{formatCount(last?.step ?? 0)}</span>
      </p>
    </section>
  );
}

const HEIGHT = 32;

/** A histogram for each moment, side by side: dark is frequent. */
function Strip({ name, looks }: { name: (typeof NAMES)[number]; looks: readonly LayerLook[] }) {
  const say = inLanguage(sentences);
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = isDark.value;
  const range = Math.max(0, ...looks.map((look) => look.range[name]));
  useEffect(() => draw(canvas.current!, name, looks, range, dark), [looks, dark, restored.value, name]);
  return (
    <div class="strip">
      <i>{name}</i>
      <canvas ref={canvas} role="img" aria-label={say.strip(name)} />
      <span class="note">{range ? `±${formatSetting(range)}` : ''}</span>
    </div>
  );
}

function draw(
  canvas: HTMLCanvasElement,
  name: (typeof NAMES)[number],
  looks: readonly LayerLook[],
  range: number,
  dark: boolean,
): void {
  const width = Math.max(1, looks.length);
  canvas.width = width;
  canvas.height = HEIGHT;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(width, HEIGHT);
  const ink = dark ? 236 : 26;
  looks.forEach((look, column) => {
    const bins = look.bins[name];
    const most = Math.max(1, ...bins);
    const scale = look.range[name] / range;
    for (let row = 0; row < HEIGHT; row++) {
      // The middle of the row in this look's own range; beyond it there is nothing.
      const at = (1 - (2 * row + 1) / HEIGHT) / scale;
      const bin = Math.floor((bins.length * (at + 1)) / 2);
      const count = bins[bin] ?? 0;
      const start = 4 * (row * width + column);
      image.data.fill(ink, start, start + 3);
      image.data[start + 3] = count ? 40 + (200 * count) / most : 0;
    }
  });
  context.putImageData(image, 0, 0);
}
