import type { ComponentChildren } from 'preact';
import { hovered, byId } from '../state/store.ts';
import { parameters, textOf } from '../state/axes.ts';
import { formatValue, shortId } from './numbers.ts';

/** The line under a chart: the trial under the pointer, else what there is to know. */
export function Under({ children }: { children: ComponentChildren }) {
  const trial = byId.value.get(hovered.value ?? '');
  return (
    <p class="under">
      {trial ? (
        <>
          <b>{shortId(trial.id)}</b>{' '}
          {parameters.value.map((name) => `${name} ${textOf(trial.options[name])}`).join(' · ')}{' '}
          <b>{formatValue(trial.value)}</b>
        </>
      ) : (
        children
      )}
    </p>
  );
}
