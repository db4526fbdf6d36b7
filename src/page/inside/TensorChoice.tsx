import { formatCount, formatScore } from '../format.ts';
import { inLanguage } from '../language.ts';
import type { InsideLook } from '../worker/messages.ts';
import { countOf } from './seen.ts';
import { type Asked, lookInto } from './state.ts';

const sentences = {
  en: {
    tensor: 'Tensor',
    reads: 'it reads',
    notStored: 'not stored',
    wrong: 'wrong',
    rows: (from: string, to: string, of: string) => `Rows ${from} to ${to} of ${of}`,
    before: 'Rows before',
    after: 'Rows after',
  },
  tr: {
    tensor: 'Tensör',
    reads: 'okudukları',
    notStored: 'saklanmaz',
    wrong: 'yanlış',
    rows: (from: string, to: string, of: string) => `Satır ${from} – ${to} / ${of}`,
    before: 'Önceki satırlar',
    after: 'Sonraki satırlar',
  },
};

interface Props {
  readonly look: InsideLook;
  readonly at: Asked;
}

/** The tensors of a pass: those it reads, then its results, under the name of the textbook pass that makes each. */
export function TensorChoice({ look, at }: Props) {
  const say = inLanguage(sentences);
  const { tensors, chosen } = look;
  const parts = [...new Set(tensors.map(({ part }) => part))];
  return (
    <div class="look-choice">
      <label class="inline">
        {say.tensor}
        <span class="select">
          <select
            name="tensor"
            value={chosen}
            onChange={({ currentTarget }) => lookInto(at, { tensor: Number(currentTarget.value) })}
          >
            {parts.map((part) => (
              <optgroup label={part ?? say.reads}>
                {tensors.map((one, i) => one.part === part && <option value={i}>{named(one)}</option>)}
              </optgroup>
            ))}
          </select>
        </span>
      </label>
      <Rows {...{ look, at }} />
    </div>
  );

  function named({ tensor, shape, part, isStored, fraction }: (typeof tensors)[number]): string {
    const words = [tensor, shape.map(formatCount).join(' × ')];
    if (part !== undefined && !isStored) words.push(say.notStored);
    if (fraction !== undefined) words.push(fraction <= 1 ? formatScore(fraction, false) : say.wrong);
    return words.join(' · ');
  }
}

/** Of a tensor that is too large to be shown at once: which rows are, and the way to the others. */
function Rows({ look: { numbers, chosen }, at }: Props) {
  const say = inLanguage(sentences);
  const { first, columns, count } = numbers;
  const end = first + countOf(numbers);
  if (end - first === count) return null;
  const row = (index: number) => formatCount(Math.ceil(index / columns));
  const button = (to: number, label: string, sign: string) => (
    <button
      type="button"
      class="button quiet icon small"
      aria-label={label}
      title={label}
      aria-disabled={to < 0 || to >= count}
      onClick={() => to >= 0 && to < count && lookInto(at, { tensor: chosen, at: to })}
    >
      {sign}
    </button>
  );
  return (
    <span class="look-rows">
      {button(first - 1, say.before, '‹')}
      {say.rows(row(first), formatCount(Math.ceil(end / columns) - 1), row(count))}
      {button(end, say.after, '›')}
    </span>
  );
}
