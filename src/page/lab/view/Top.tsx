import { inLanguage } from '../../language.ts';
import { Icon } from '../../view/Icon.tsx';
import { Appearance, Brand, skipToMain } from '../../view/TopParts.tsx';
import { copyLink } from '../state/keeping.ts';

const sentences = {
  en: {
    skip: 'Skip to the kernel',
    views: 'Views',
    playground: 'Playground',
    lab: 'Shader Lab',
    link: 'Copy link',
  },
  tr: {
    skip: 'Çekirdeğe geç',
    views: 'Görünümler',
    playground: 'Oyun alanı',
    lab: 'Shader Lab',
    link: 'Bağlantıyı kopyala',
  },
};

export function Top() {
  const say = inLanguage(sentences);
  return (
    <header class="top">
      <a class="skip" href="#main" onClick={skipToMain}>
        {say.skip}
      </a>
      <Brand />
      <nav aria-label={say.views}>
        <a href="./index.html">{say.playground}</a>
        <a href="./lab.html" aria-current="page">
          {say.lab}
        </a>
      </nav>
      <div class="end">
        <button
          class="button quiet"
          type="button"
          data-action="link"
          aria-label={say.link}
          onClick={() => void copyLink()}
        >
          <Icon name="link" />
          <span class="wide">{say.link}</span>
        </button>
        <Appearance />
      </div>
    </header>
  );
}
