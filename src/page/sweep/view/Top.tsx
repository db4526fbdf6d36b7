import { inLanguage } from '../../language.ts';
import { Appearance, Brand } from '../../view/TopParts.tsx';

const sentences = {
  en: {
    skip: 'Skip to the trials',
    views: 'Views',
    sweep: 'Sweep',
    playground: 'Playground',
  },
  tr: {
    skip: 'Denemelere geç',
    views: 'Görünümler',
    sweep: 'Tarama',
    playground: 'Oyun alanı',
  },
};

export function Top() {
  const say = inLanguage(sentences);
  return (
    <header class="top">
      <a class="skip" href="#trials">
        {say.skip}
      </a>
      <Brand />
      <nav aria-label={say.views}>
        <a href="#main" aria-current="page">
          {say.sweep}
        </a>
        {location.protocol !== 'file:' && <a href="./index.html">{say.playground}</a>}
      </nav>
      <div class="end">
        <Appearance />
      </div>
    </header>
  );
}
