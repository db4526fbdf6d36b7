import { inLanguage, language } from '../language.ts';
import { isDark, toggleTheme } from '../theme.ts';
import { Icon } from './Icon.tsx';

const sentences = {
  en: { language: 'Language', light: 'Use light colours', dark: 'Use dark colours' },
  tr: { language: 'Dil', light: 'Açık renkleri kullan', dark: 'Koyu renkleri kullan' },
};

/** The sign and the name, at the left of every page's top. */
export function Brand() {
  return (
    <p class="brand">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path class="logo-top" d="M12 2.5 22 7.5 12 12.5 2 7.5Z" />
        <path class="logo-middle" d="M2 11.2 12 16.2 22 11.2V13.4L12 18.4 2 13.4Z" />
        <path class="logo-bottom" d="M2 15.8 12 20.8 22 15.8V18L12 23 2 18Z" />
      </svg>
      <span class="wide">Katman</span>
    </p>
  );
}

/** Language and colours, at the right of every page's top. */
export function Appearance() {
  const say = inLanguage(sentences);
  const theme = isDark.value ? say.light : say.dark;
  return (
    <>
      <div class="segments" role="group" aria-label={say.language}>
        {(['en', 'tr'] as const).map((one) => (
          <button
            type="button"
            lang={one}
            aria-label={one === 'en' ? 'EN: English' : 'TR: Türkçe'}
            aria-pressed={language.value === one}
            onClick={() => (language.value = one)}
          >
            {one.toUpperCase()}
          </button>
        ))}
      </div>
      <button
        class="button quiet icon"
        id="theme"
        type="button"
        title={theme}
        aria-label={theme}
        onClick={toggleTheme}
      >
        <Icon name="theme" />
      </button>
    </>
  );
}

/** The address behind # is the run's or the text's: this moves the focus alone. */
export function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
