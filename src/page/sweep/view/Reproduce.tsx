import { useState } from 'preact/hooks';
import { inLanguage } from '../../language.ts';
import { Icon } from '../../view/Icon.tsx';
import type { Trial } from '../state/read.ts';
import { type Difference, commandOf, playgroundOf } from '../state/reproduce.ts';

const sentences = {
  en: {
    title: 'Train it again',
    link: 'Open in the playground',
    same: 'The same training, step by step.',
    differs: 'The same settings, not the same numbers:',
    because: {
      validationSplit: 'the playground keeps no validation rows besides the test rows',
      folds: 'the playground trains on the fixed split, not on folds',
      testRows: 'its test rows are others',
      preprocessing: 'it standardises in its own way',
      dropout: 'it has one dropout for all layers',
      classWeight: 'it has no class weights but balanced ones',
      watch: 'it watches other rows',
      range: 'some values are outside what it offers',
    } satisfies Record<Difference, string>,
    file: 'The playground needs a server: serve this folder, or use the command.',
    command: 'Command',
    fold: (fold: number) => `It trains all folds; this trial is number ${fold}.`,
    copy: 'Copy command',
    copied: 'Copied',
  },
  tr: {
    title: 'Yeniden eğit',
    link: 'Oyun alanında aç',
    same: 'Aynı eğitim, adım adım.',
    differs: 'Ayarlar aynı, sayılar değil:',
    because: {
      validationSplit: 'oyun alanı sınama satırlarından başka doğrulama satırı ayırmaz',
      folds: 'oyun alanı katlarla değil, sabit bölmeyle eğitir',
      testRows: 'sınama satırları başkadır',
      preprocessing: 'kendi yöntemiyle ölçekler',
      dropout: 'bütün katmanlar için tek bir seyreltme oranı vardır',
      classWeight: 'dengeli olanlardan başka sınıf ağırlığı yoktur',
      watch: 'başka satırları izler',
      range: 'kimi değerler sunduklarının dışındadır',
    },
    file: 'Oyun alanı için bir sunucu gerekir: bu klasörü sun ya da komutu kullan.',
    command: 'Komut',
    fold: (fold: number) => `Bütün katları eğitir; bu deneme ${fold} numaralı kattır.`,
    copy: 'Komutu kopyala',
    copied: 'Kopyalandı',
  },
};

/** How a trial is trained again: in the playground, where that has its data, and by a command. */
export function Reproduce({ trial }: { trial: Trial }) {
  const say = inLanguage(sentences);
  const [copied, setCopied] = useState('');
  const playground = playgroundOf(trial);
  const words = commandOf(trial);
  const command = words.join(' ');
  const isFile = location.protocol === 'file:';
  const copy = async () => {
    await navigator.clipboard.writeText(command).catch(() => {});
    setCopied(command);
  };
  return (
    <>
      <h3>{say.title}</h3>
      {playground && isFile && <p class="help">{say.file}</p>}
      {playground && !isFile && (
        <>
          <a
            class="button"
            id="playground"
            href={`./index.html${playground.hash}`}
            target="_blank"
            rel="noopener"
          >
            <Icon name="play" />
            {say.link}
          </a>
          <p class="help">
            {playground.differs.length
              ? `${say.differs} ${playground.differs.map((one) => say.because[one]).join('; ')}.`
              : say.same}
          </p>
        </>
      )}
      <pre class="command" id="command" tabIndex={0} aria-label={say.command}>
        {words.map((word) => (
          <>
            <span>{word}</span>{' '}
          </>
        ))}
      </pre>
      {trial.fold !== undefined && <p class="help">{say.fold(trial.fold + 1)}</p>}
      <button class="button small" type="button" data-action="copy" onClick={() => void copy()}>
        <Icon name="link" />
        <span role="status">{copied === command ? say.copied : say.copy}</span>
      </button>
    </>
  );
}
