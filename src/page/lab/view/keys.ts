import { judge } from '../state/actions.ts';
import { save } from '../state/keeping.ts';

/** Keys that work everywhere on the page. */
export const KEYS: Readonly<Record<string, () => void>> = {
  'Mod-Enter': () => void judge(),
  'Mod-s': () => void save(),
  F6: () => document.getElementById('answer')?.focus(),
};

export function press(event: KeyboardEvent): void {
  const name = (event.ctrlKey || event.metaKey ? 'Mod-' : '') + event.key;
  // Inside the editor they were heard already.
  if (event.defaultPrevented || !Object.hasOwn(KEYS, name)) return;
  event.preventDefault();
  KEYS[name]();
}
