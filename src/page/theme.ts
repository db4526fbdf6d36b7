import { signal } from '@preact/signals';

const KEY = 'katman.theme';
type Theme = 'light' | 'dark';

const system = matchMedia('(prefers-color-scheme: dark)');
const chosen = signal<Theme | undefined>(stored());

/** Whether the colours are those of the dark: as the system has it until the visitor chooses. */
export const isDark = signal(current());

/** How often the browser has lost what was drawn, as it does with a GPU that is lost, and can take it again. */
export const restored = signal(0);
document.addEventListener('contextrestored', () => restored.value++, true);

function current(): boolean {
  return chosen.value ? chosen.value === 'dark' : system.matches;
}

export function toggleTheme(): void {
  chosen.value = isDark.value ? 'light' : 'dark';
  try {
    localStorage.setItem(KEY, chosen.value);
  } catch {
    // Where storage is forbidden, the choice lasts as long as the page.
  }
  apply();
}

function apply(): void {
  if (chosen.value) document.documentElement.dataset.theme = chosen.value;
  isDark.value = current();
}

function stored(): Theme | undefined {
  try {
    const text = localStorage.getItem(KEY);
    return text === 'light' || text === 'dark' ? text : undefined;
  } catch {
    return undefined;
  }
}

system.addEventListener('change', apply);
apply();
