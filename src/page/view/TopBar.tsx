import { useState } from 'preact/hooks';
import { inLanguage, language } from '../language.ts';
import { linkOf, remember, undo } from '../state/actions.ts';
import { lesson, start, story, undoable } from '../state/store.ts';
import { isDark, toggleTheme } from '../theme.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { Icon } from './Icon.tsx';

/** Loaded once the page is there, for whoever opens them. */
const lessons = () => import('../lessons/Lessons.tsx');

const sentences = {
  en: {
    skip: 'Skip to the network',
    views: 'Views',
    playground: 'Playground',
    lessons: 'Lessons',
    undo: 'Undo (Ctrl Z)',
    link: 'Copy link',
    copied: 'Link copied',
    own: 'Your own data is not in a link',
    language: 'Language',
    light: 'Use light colours',
    dark: 'Use dark colours',
  },
  tr: {
    skip: 'Ağa geç',
    views: 'Görünümler',
    playground: 'Oyun alanı',
    lessons: 'Dersler',
    undo: 'Geri al (Ctrl Z)',
    link: 'Bağlantıyı kopyala',
    copied: 'Kopyalandı',
    own: 'Kendi verin bağlantıda yer almaz',
    language: 'Dil',
    light: 'Açık renkleri kullan',
    dark: 'Koyu renkleri kullan',
  },
};

export function TopBar() {
  const say = inLanguage(sentences);
  const [copied, setCopied] = useState('');
  const copy = async () => {
    remember();
    if (start.value.data === 'own') return setCopied(say.own);
    await navigator.clipboard.writeText(linkOf(story())).catch(() => {});
    setCopied(say.copied);
    setTimeout(() => setCopied(''), 2000);
  };
  return (
    <header class="top">
      <a class="skip" href="#main" onClick={skip}>
        {say.skip}
      </a>
      <p class="brand">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path class="logo-top" d="M12 2.5 22 7.5 12 12.5 2 7.5Z" />
          <path class="logo-middle" d="M2 11.2 12 16.2 22 11.2V13.4L12 18.4 2 13.4Z" />
          <path class="logo-bottom" d="M2 15.8 12 20.8 22 15.8V18L12 23 2 18Z" />
        </svg>
        Katman
      </p>
      <nav aria-label={say.views}>
        <button
          type="button"
          aria-current={lesson.value ? undefined : 'page'}
          onClick={() => (lesson.value = 0)}
        >
          {say.playground}
        </button>
        <button
          type="button"
          aria-current={lesson.value ? 'page' : undefined}
          onClick={() => lesson.value || void lessons().then(({ open }) => open(1))}
        >
          {say.lessons}
        </button>
        <a href="./lab.html">Lab</a>
      </nav>
      <div class="end">
        <button
          class="button quiet icon"
          type="button"
          title={say.undo}
          aria-label={say.undo}
          disabled={!undoable.value}
          onClick={undo}
        >
          <Icon name="undo" />
        </button>
        <button class="button quiet" type="button" data-action="link" aria-label={say.link} onClick={copy}>
          <Icon name="link" />
          <span class="wide" role="status">
            {copied || say.link}
          </span>
        </button>
        <ExportMenu />
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
          title={isDark.value ? say.light : say.dark}
          aria-label={isDark.value ? say.light : say.dark}
          onClick={toggleTheme}
        >
          <Icon name="theme" />
        </button>
      </div>
    </header>
  );
}

/** The address behind # is the run's: this one moves the focus alone. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
