import { formatCount } from '../format.ts';
import { inLanguage } from '../language.ts';
import { profiled } from '../state/store.ts';
import { Icon } from '../view/Icon.tsx';
import type { InsideLook } from '../worker/messages.ts';
import { type Asked, asked, close, found, isWaiting, lookInto } from './state.ts';
import { TensorChoice } from './TensorChoice.tsx';
import { TensorView } from './TensorView.tsx';

const sentences = {
  en: {
    title: 'Look inside',
    recording: 'Making a step, and judging each of its numbers…',
    problem: (reason: string) => `It cannot be looked inside: ${reason}`,
    step: (step: string, rows: string) => `Step ${step}, ${rows} rows: made, read, judged and made undone.`,
    cut: (step: string, rows: string, batch: string) =>
      `Step ${step}, the first ${rows} of the ${batch} rows of its batch: made, read, judged and made undone.`,
    again: 'Take the next step',
    previous: 'Previous pass',
    next: 'Next pass',
    close: 'Close',
  },
  tr: {
    title: 'İçine bak',
    recording: 'Bir adım atılıyor ve her sayısı sınanıyor…',
    problem: (reason: string) => `İçine bakılamıyor: ${reason}`,
    step: (step: string, rows: string) =>
      `Adım ${step}, ${rows} satır: atıldı, okundu, sınandı ve geri alındı.`,
    cut: (step: string, rows: string, batch: string) =>
      `Adım ${step}, yığının ${batch} satırından ilk ${rows} tanesi: atıldı, okundu, sınandı ve geri alındı.`,
    again: 'Sıradaki adımı al',
    previous: 'Önceki geçiş',
    next: 'Sonraki geçiş',
    close: 'Kapat',
  },
};

/** The buffers of the pass that was chosen: what it reads and what it makes, as numbers and as a picture. */
export function Inside() {
  const say = inLanguage(sentences);
  const at = asked.value;
  if (!at) return null;
  const { look, problem } = found.value ?? {};
  const again = () => {
    if (!isWaiting.value) lookInto(at, { again: true, tensor: look?.chosen });
  };
  return (
    <section class="look-inside" aria-label={`${say.title}: ${at.pass}`} aria-busy={isWaiting.value}>
      <div class="panel-head">
        <h3>
          {say.title}: <code>{at.pass}</code>
        </h3>
        <Passes at={at} />
        <button type="button" class="button quiet icon small" aria-label={say.close} onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <p class="note" role="status">
        {problem ? say.problem(problem) : look ? said(look) : say.recording}
      </p>
      {look && <TensorChoice look={look} at={at} />}
      {look && (
        <TensorView
          key={`${look.step} ${look.label} ${look.chosen} ${look.numbers.first}`}
          look={look}
          at={at}
        />
      )}
      <button
        type="button"
        class="button small"
        id="inside-again"
        aria-disabled={isWaiting.value}
        onClick={again}
      >
        {say.again}
      </button>
    </section>
  );

  function said({ step, rows, batch }: InsideLook): string {
    const [which, many] = [formatCount(step), formatCount(rows)];
    return rows < batch ? say.cut(which, many, formatCount(batch)) : say.step(which, many);
  }
}

/** To the pass before and to the one after: a block of the row may be too narrow to be hit. */
function Passes({ at: { plan, pass } }: { at: Asked }) {
  const say = inLanguage(sentences);
  const passes = profiled.value?.profiles.find((one) => one.plan === plan)?.passes ?? [];
  const place = passes.findIndex(({ label }) => label === pass);
  const button = (by: number, label: string, sign: string) => (
    <button
      type="button"
      class="button quiet icon small"
      data-by={by}
      aria-label={label}
      title={label}
      aria-disabled={!passes[place + by]}
      onClick={() => passes[place + by] && lookInto({ plan, pass: passes[place + by].label })}
    >
      {sign}
    </button>
  );
  return (
    <span class="look-passes">
      {button(-1, say.previous, '‹')}
      {button(1, say.next, '›')}
    </span>
  );
}
