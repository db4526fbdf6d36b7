import { useState } from 'preact/hooks';
import { inLanguage } from '../language.ts';
import { linkOf, remember, undo } from '../state/actions.ts';
import { lesson, start, story, undoable } from '../state/store.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { Icon } from './Icon.tsx';
import { Appearance, Brand, skipToMain } from './TopParts.tsx';

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
      <a class="skip" href="#main" onClick={skipToMain}>
        {say.skip}
      </a>
      <Brand />
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
        <Appearance />
      </div>
    </header>
  );
}
