import { useId, useState } from 'preact/hooks';
import { formatSetting } from '../format.ts';
import { inLanguage } from '../language.ts';
import { change } from '../state/actions.ts';
import type { Experiment, Setting } from '../state/experiment.ts';
import { FIELDS, type Wrong, read, write } from '../state/settings.ts';
import { choiceLabel, settingHelp, settingLabel } from './words.ts';

const sentences = {
  en: {
    number: (least: number, most: number, whole: boolean) =>
      `A ${whole ? 'whole ' : ''}number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}.`,
    choice: 'Choose one of the list.',
  },
  tr: {
    number: (least: number, most: number, whole: boolean) =>
      `${least.toLocaleString('tr')} ile ${most.toLocaleString('tr')} arasında bir ${whole ? 'tam sayı' : 'sayı'}.`,
    choice: 'Listeden birini seç.',
  },
};

function complaint(wrong: Wrong): string {
  const say = inLanguage(sentences);
  return wrong.kind === 'number' ? say.number(wrong.least, wrong.most, wrong.whole) : say.choice;
}

interface Props {
  readonly name: Setting;
  readonly value: Experiment[Setting];
  /** The largest value that a slider offers, where it is less than what may be typed. */
  readonly most?: number;
}

/** One setting: its name, what it is, what it does, and what is wrong with what was typed. */
export function Control({ name, value, most }: Props) {
  const field = FIELDS[name];
  if (field.kind === 'number' && field.slider)
    return <Slider name={name} value={value as number} most={most} />;
  if (field.kind === 'flag') return <Flag name={name} value={value as boolean} />;
  return <Typed name={name} value={value} />;
}

/** A number to type, or a choice. */
function Typed({ name, value }: Props) {
  const id = useId();
  const [wrong, setWrong] = useState<Wrong | undefined>();
  const field = FIELDS[name];
  const commit = ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLSelectElement }) => {
    const found = read(name, currentTarget.value);
    if ('wrong' in found) return setWrong(found.wrong);
    setWrong(undefined);
    change({ [name]: found.value });
  };
  const shared = {
    ...{ id, name },
    'aria-describedby': `${id}-help ${id}-wrong`,
    'aria-invalid': wrong ? ('true' as const) : undefined,
  };
  return (
    <div class="field">
      <label for={id}>{settingLabel(name)}</label>
      {field.kind === 'choice' ? (
        <span class="select">
          <select {...shared} value={write(value)} onChange={commit}>
            {field.of.map((one) => (
              <option value={one}>{choiceLabel(name, one)}</option>
            ))}
          </select>
        </span>
      ) : (
        <input {...shared} inputMode="decimal" autocomplete="off" value={write(value)} onChange={commit} />
      )}
      <p class="help" id={`${id}-help`}>
        {settingHelp(name)}
      </p>
      <p class="error" id={`${id}-wrong`} role="alert">
        {wrong && complaint(wrong)}
      </p>
    </div>
  );
}

function Flag({ name, value }: { name: Setting; value: boolean }) {
  const id = useId();
  return (
    <div class="field flag">
      <label for={id}>{settingLabel(name)}</label>
      <input
        {...{ id, name }}
        type="checkbox"
        checked={value}
        aria-describedby={`${id}-help`}
        onChange={({ currentTarget }) => change({ [name]: currentTarget.checked })}
      />
      <p class="help" id={`${id}-help`}>
        {settingHelp(name)}
      </p>
    </div>
  );
}

interface SliderProps {
  readonly name: Setting;
  readonly value: number;
  /** The largest value that it offers, where it is less than what may be typed. */
  readonly most?: number;
  /** What it does is said on demand. */
  readonly brief?: boolean;
}

/** Places of a slider that goes by ratios: 40 to a power of ten. */
const PER_DECADE = 40;

/** A slider, with its number beside it; what is set counts when it is let go. */
export function Slider({ name, value, most, brief = false }: SliderProps) {
  const id = useId();
  const [moving, setMoving] = useState<number | undefined>();
  const field = FIELDS[name];
  if (field.kind !== 'number') return null;
  const isLog = field.slider === 'log';
  const [low, high] = isLog ? [-4, 1] : [field.least, most ?? field.most];
  const place = (number: number) => (isLog ? Math.log10(Math.max(number, 1e-9)) : number);
  const number = (at: number) => {
    if (isLog) return Number((10 ** at).toPrecision(2));
    return field.whole ? Math.round(at) : Number(at.toPrecision(3));
  };
  const grain = isLog ? 1 / PER_DECADE : field.whole ? 10 : (high - low) / 50;
  const shown = moving ?? value;
  return (
    <div class="knob" title={brief ? settingHelp(name) : undefined}>
      <div class="lab">
        <label for={id}>{settingLabel(name)}</label>
        <output for={id}>{formatSetting(shown)}</output>
      </div>
      <input
        {...{ id, name }}
        type="range"
        min={low}
        max={high}
        step={grain}
        value={place(shown)}
        aria-valuetext={formatSetting(shown)}
        aria-describedby={`${id}-help`}
        onInput={({ currentTarget }) => setMoving(number(Number(currentTarget.value)))}
        onChange={({ currentTarget }) => {
          setMoving(undefined);
          change({ [name]: number(Number(currentTarget.value)) });
        }}
      />
      <p class={brief ? 'hidden' : 'help'} id={`${id}-help`}>
        {settingHelp(name)}
      </p>
    </div>
  );
}
