import { useId, useState } from 'preact/hooks';
import { adapterName } from '../../../gpu/adapter.ts';
import type { KernelName } from '../../../kernels/rows.ts';
import { rows } from '../../../kernels/rows.ts';
import { shapeNames } from '../../../lab/workbench/shape.ts';
import { formatCount } from '../../format.ts';
import { inLanguage } from '../../language.ts';
import { choose, edit } from '../state/actions.ts';
import { KERNELS, LARGEST_SIZE } from '../state/draft.ts';
import { adapter, draft } from '../state/store.ts';
import { constantsIn } from '../state/texts.ts';

const sentences = {
  en: {
    kernel: 'Kernel',
    variant: 'Variant',
    plain: 'plain',
    sizes: 'Sizes it is timed at',
    constants: 'Counts and overrides',
    workgroups: 'Workgroups',
    own: 'its own',
    workgroupsHelp: 'Or in the text: // workgroups: ceil(m / TILE)',
    wrong: (most: string) => `A whole number from 1 to ${most}.`,
    device: 'Adapter',
    guard: 'Loops that may not end are cut short after a million rounds, in both contestants.',
  },
  tr: {
    kernel: 'Çekirdek',
    variant: 'Çeşit',
    plain: 'yalın',
    sizes: 'Süresi ölçülen boyutlar',
    constants: 'Sayılar ve override’lar',
    workgroups: 'İş grupları',
    own: 'kendininki',
    workgroupsHelp: 'Ya da metinde: // workgroups: ceil(m / TILE)',
    wrong: (most: string) => `1 ile ${most} arasında bir tam sayı.`,
    device: 'Donanım',
    guard: 'Bitmeyebilecek döngüler iki yarışçıda da bir milyon turdan sonra kesilir.',
  },
};

/** What is tried, and at which numbers. */
export function Rail() {
  const say = inLanguage(sentences);
  const { kernel, flags, sizes, constants, source, workgroups } = draft.value!;
  const row = rows[kernel];
  const known = constantsIn(source, { ...row.counts, ...row.overrides });
  const set = (name: string, value: number) => {
    const { [name]: _, ...others } = constants;
    const isOwn = known.some((one) => one.name === name && one.value === value);
    edit({ constants: isOwn ? others : { ...others, [name]: value } });
  };
  return (
    <div class="rail">
      <section class="block">
        <Choice
          name="kernel"
          label={say.kernel}
          value={kernel}
          of={KERNELS.map((one) => [one, one])}
          onChoose={(one) => void choose(one as KernelName)}
        />
        {row.variants.length > 1 && (
          <Choice
            name="variant"
            label={say.variant}
            value={String(flags)}
            of={row.variants.map((one) => [String(one), one.join(' ') || say.plain])}
            onChoose={(one) => edit({ flags: row.variants.find((variant) => String(variant) === one)! })}
          />
        )}
      </section>
      <fieldset class="block">
        <legend>{say.sizes}</legend>
        {shapeNames(kernel).map((name, i) => (
          <Count
            key={`${kernel} ${name}`}
            name={name}
            value={sizes[i]}
            onSet={(value) => edit({ sizes: sizes.with(i, value!) })}
          />
        ))}
      </fieldset>
      <fieldset class="block">
        <legend>{say.constants}</legend>
        {known.map(({ name, value }) => (
          <Count
            key={`${kernel} ${name}`}
            name={name}
            value={constants[name] ?? value}
            onSet={(wanted) => set(name, wanted!)}
          />
        ))}
        <Count
          key={`${kernel} workgroups`}
          name="workgroups"
          label={say.workgroups}
          value={workgroups}
          empty={say.own}
          onSet={(wanted) => edit({ workgroups: wanted })}
        />
        <p class="help">{say.workgroupsHelp}</p>
      </fieldset>
      <section class="block">
        <p class="help">{say.guard}</p>
        {adapter.value && (
          <p class="help" id="adapter">
            {say.device}: {adapterName(adapter.value)}
          </p>
        )}
      </section>
    </div>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly of: readonly (readonly [value: string, label: string])[];
  readonly onChoose: (value: string) => void;
}

function Choice({ name, label, value, of, onChoose }: ChoiceProps) {
  const id = useId();
  return (
    <div class="field wide">
      <label for={id}>{label}</label>
      <span class="select">
        <select {...{ id, name, value }} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
          {of.map(([one, said]) => (
            <option value={one}>{said}</option>
          ))}
        </select>
      </span>
    </div>
  );
}

interface CountProps {
  readonly name: string;
  readonly label?: string;
  readonly value: number | undefined;
  /** What it says without a number, where it may have none. */
  readonly empty?: string;
  readonly onSet: (value: number | undefined) => void;
}

/** A whole number; what is none is said, and what stood there before still counts. */
function Count({ name, label, value, empty, onSet }: CountProps) {
  const say = inLanguage(sentences);
  const id = useId();
  const [isWrong, setWrong] = useState(false);
  const commit = (text: string) => {
    const typed = text.trim();
    const number = Number(typed);
    const isNone = typed === '' && empty !== undefined;
    const isRight = isNone || (/^\d+$/.test(typed) && number >= 1 && number <= LARGEST_SIZE);
    setWrong(!isRight);
    if (isRight) onSet(isNone ? undefined : number);
  };
  return (
    <div class="field">
      <label for={id} class={label ? '' : 'code'}>
        {label ?? name}
      </label>
      <input
        {...{ id, name }}
        inputMode="numeric"
        autocomplete="off"
        value={value === undefined ? '' : String(value)}
        placeholder={empty}
        aria-invalid={isWrong ? 'true' : undefined}
        aria-describedby={`${id}-wrong`}
        onChange={({ currentTarget }) => commit(currentTarget.value)}
      />
      <p class="error" id={`${id}-wrong`} role="alert">
        {isWrong && say.wrong(formatCount(LARGEST_SIZE))}
      </p>
    </div>
  );
}
