const KEY = 'katman.theme';
type Theme = 'light' | 'dark';

/**
 * The colours follow the system until the button is pressed; then the choice is kept.
 * @param onChange called after every change, for what is drawn and not styled
 */
export function followTheme(button: HTMLButtonElement, onChange: () => void): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const system = (): Theme => (dark.matches ? 'dark' : 'light');
  const current = () => (document.documentElement.dataset.theme as Theme | undefined) ?? system();
  const label = () => {
    button.title = `Use ${current() === 'dark' ? 'light' : 'dark'} colours`;
    button.setAttribute('aria-label', button.title);
  };
  const stored = recall();
  if (stored) document.documentElement.dataset.theme = stored;
  label();
  button.addEventListener('click', () => {
    const next: Theme = current() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    remember(next);
    label();
    onChange();
  });
  dark.addEventListener('change', () => {
    label();
    onChange();
  });
}

// Where storage is forbidden, the choice lasts as long as the page.
function recall(): Theme | undefined {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : undefined;
  } catch {
    return undefined;
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    return;
  }
}
