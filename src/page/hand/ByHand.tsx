import type { StepLook } from '../../session/lookAtStep.ts';
import { inLanguage } from '../language.ts';
import type { Orientation } from './equation.ts';
import { PassView } from './PassView.tsx';
import { MathText } from './MathText.tsx';
import { symbolOf } from './tensors.ts';
import { PHASES, phaseOf, sentences } from './words.ts';

interface ByHandProps {
  readonly look: StepLook;
  /** Whether an example is a row, as the GPU stores it, or a column, as the notes write it. */
  readonly orientation: Orientation;
  readonly onOrientation: (orientation: Orientation) => void;
  /** Which pass of the look is shown, from 0. */
  readonly at: number;
  readonly onAt: (at: number) => void;
}

/** One training step, pass by pass: formulas, matrices, and each number of the GPU beside the oracle's. */
export function ByHand({ look, orientation, onOrientation, at, onAt }: ByHandProps) {
  const say = inLanguage(sentences);
  const { passes } = look;
  const pass = passes[at];
  const last = passes.length - 1;
  const press = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
    if (ctrlKey || metaKey || altKey) return;
    if (key === 'ArrowLeft' && at > 0) onAt(at - 1);
    if (key === 'ArrowRight' && at < last) onAt(at + 1);
  };
  return (
    <section class="byhand" aria-label={say.title} onKeyDown={press}>
      <div class="byhand-head">
        <h2>{say.title}</h2>
        <div class="byhand-turn" role="group" aria-label={say.orientation}>
          <span aria-hidden="true">{say.orientation}</span>
          {(['rows', 'columns'] as const).map((one) => (
            <button
              key={one}
              class="button"
              type="button"
              aria-pressed={orientation === one}
              onClick={() => onOrientation(one)}
            >
              {say.orientations[one]}
            </button>
          ))}
        </div>
      </div>
      <nav class="byhand-steps" aria-label={say.steps}>
        {PHASES.map((phase) => (
          <div key={phase} role="group" aria-label={say.phases[phase]}>
            <span aria-hidden="true">{say.phases[phase]}</span>
            {passes.map((one, i) =>
              phaseOf(one) === phase ? (
                <button
                  key={i}
                  type="button"
                  aria-current={i === at ? 'step' : undefined}
                  onClick={() => onAt(i)}
                >
                  <MathText text={symbolOf(one.tensor)} />
                </button>
              ) : undefined,
            )}
          </div>
        ))}
      </nav>
      <div class="byhand-walk">
        <button class="button" type="button" aria-disabled={at === 0} onClick={() => at > 0 && onAt(at - 1)}>
          {say.previous}
        </button>
        <button
          class="button"
          type="button"
          aria-disabled={at === last}
          onClick={() => at < last && onAt(at + 1)}
        >
          {say.next}
        </button>
        <h3 aria-live="polite">
          {say.step(at + 1, passes.length)}: {say.phases[phaseOf(pass)]},{' '}
          <MathText text={symbolOf(pass.tensor)} />
        </h3>
      </div>
      <PassView key={`${pass.label} ${pass.tensor}`} pass={pass} look={look} orientation={orientation} />
      <p class="note">{say.help}</p>
    </section>
  );
}
