import { inLanguage } from '../language.ts';
import { select, setLayers } from '../state/actions.ts';
import type { Hidden } from '../state/experiment.ts';
import { HIDDEN_ACTIVATIONS, MOST_LAYERS, MOST_UNITS } from '../state/settings.ts';
import { experiment, selected } from '../state/store.ts';
import type { Drawing } from './geometry.ts';
import { Icon } from './Icon.tsx';
import { activationName } from './words.ts';

const sentences = {
  en: {
    input: 'Input',
    hidden: (l: number) => `Hidden ${l}`,
    activation: (l: number) => `Activation of hidden layer ${l}`,
    units: (count: number) => `${count} ${count === 1 ? 'unit' : 'units'}`,
    count: (l: number) => `Units of hidden layer ${l}`,
    look: (l: number) => `Look at hidden layer ${l}`,
    add: (l: number) => `Add a unit to hidden layer ${l}`,
    remove: (l: number) => `Remove a unit from hidden layer ${l}`,
    removeLayer: (l: number) => `Remove hidden layer ${l}`,
    layer: 'Layer',
    addLayer: 'Add a hidden layer',
  },
  tr: {
    input: 'Girdi',
    hidden: (l: number) => `Gizli ${l}`,
    activation: (l: number) => `${l}. gizli katmanın etkinleştirmesi`,
    units: (count: number) => `${count} birim`,
    count: (l: number) => `${l}. gizli katmanın birimleri`,
    look: (l: number) => `${l}. gizli katmana bak`,
    add: (l: number) => `${l}. gizli katmana birim ekle`,
    remove: (l: number) => `${l}. gizli katmandan birim çıkar`,
    removeLayer: (l: number) => `${l}. gizli katmanı kaldır`,
    layer: 'Katman',
    addLayer: 'Gizli katman ekle',
  },
};

/** Room for a head over its column, and for what stands beside them, in px. */
const HEAD = 300;
const REST = 150;

/** What each layer is, over its column: its activation and units, to be changed while it trains. */
export function LayerHeads({ drawing, width }: { drawing: Drawing; width: number }) {
  const say = inLanguage(sentences);
  const { layers } = experiment.value;
  const set = (l: number, change: Partial<Hidden>) =>
    setLayers(layers.map((layer, i) => (i === l ? { ...layer, ...change } : layer)));
  const at = (l: number) => ({ left: `${drawing.columns[l]?.[0].x ?? 0}px` });
  return (
    <div class={`heads${layers.length * HEAD + REST > width ? ' many' : ''}`}>
      <span class="head input" style={at(0)}>
        <b>{say.input}</b>
      </span>
      {layers.map(({ units, activation }, l) => (
        <span class="head" key={l} data-layer={l + 1} style={at(l + 1)}>
          <button
            type="button"
            class="plain title"
            title={say.look(l + 1)}
            aria-pressed={selected.value.layer === l + 1}
            onClick={() => select(l + 1, 0)}
          >
            {say.hidden(l + 1)}
          </button>
          <span class="select tiny">
            <select
              aria-label={say.activation(l + 1)}
              value={activation}
              onChange={({ currentTarget }) =>
                set(l, { activation: currentTarget.value as Hidden['activation'] })
              }
            >
              {HIDDEN_ACTIVATIONS.map((name) => (
                <option value={name}>{activationName(name)}</option>
              ))}
            </select>
          </span>
          <span class="stepper" role="group" aria-label={say.count(l + 1)}>
            <button
              type="button"
              aria-label={units > 1 ? say.remove(l + 1) : say.removeLayer(l + 1)}
              data-action="fewer"
              onClick={() =>
                units > 1 ? set(l, { units: units - 1 }) : setLayers(layers.filter((_, i) => i !== l))
              }
            >
              <Icon name="minus" />
            </button>
            <UnitCount units={units} label={say.count(l + 1)} onCount={(count) => set(l, { units: count })} />
            <button
              type="button"
              aria-label={say.add(l + 1)}
              data-action="more"
              disabled={units >= MOST_UNITS}
              onClick={() => set(l, { units: units + 1 })}
            >
              <Icon name="plus" />
            </button>
          </span>
          <button
            type="button"
            class="remove"
            aria-label={say.removeLayer(l + 1)}
            title={say.removeLayer(l + 1)}
            data-action="remove"
            onClick={() => setLayers(layers.filter((_, i) => i !== l))}
          >
            <Icon name="close" />
          </button>
        </span>
      ))}
      <button
        type="button"
        class="button quiet small add"
        data-action="layer"
        aria-label={say.addLayer}
        disabled={layers.length >= MOST_LAYERS}
        onClick={() => setLayers([...layers, layers.at(-1) ?? { units: 4, activation: 'tanh' }])}
      >
        <Icon name="plus" />
        {say.layer}
      </button>
    </div>
  );
}

/** The number of units, to be typed, too. */
function UnitCount({
  units,
  label,
  onCount,
}: {
  units: number;
  label: string;
  onCount: (count: number) => void;
}) {
  return (
    <input
      aria-label={label}
      inputMode="numeric"
      autocomplete="off"
      value={units}
      onChange={({ currentTarget }) => {
        const count = /^\d+$/.test(currentTarget.value.trim()) ? Number(currentTarget.value) : NaN;
        if (count >= 1 && count <= MOST_UNITS) onCount(count);
        else currentTarget.value = String(units);
      }}
    />
  );
}
