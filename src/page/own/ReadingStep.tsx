import { useEffect, useRef } from 'preact/hooks';
import { inLanguage } from '../language.ts';
import { count, percent } from './numbers.ts';

const sentences = {
  en: {
    reading: 'Reading …',
    of: (done: string, total: string, share: string) => `${done} of ${total} MB, ${share}`,
    cancel: 'Cancel',
  },
  tr: {
    reading: 'Okunuyor …',
    of: (done: string, total: string, share: string) => `${total} MB’ın ${done} MB’ı, ${share}`,
    cancel: 'İptal',
  },
};

/** How far the reading of files has come, in bytes. */
export function ReadingStep({
  done,
  total,
  onCancel,
}: {
  done: number;
  total: number;
  onCancel: () => void;
}) {
  const say = inLanguage(sentences);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  const megabytes = (bytes: number) => count(Math.round(bytes / 1e5) / 10);
  return (
    <div class="own-body own-reading">
      <p>{say.reading}</p>
      <progress class="own-progress" max={total || 1} value={done} aria-label={say.reading} />
      <p class="note">{say.of(megabytes(done), megabytes(total), percent(total ? done / total : 0))}</p>
      <button ref={button} class="button" type="button" onClick={onCancel}>
        {say.cancel}
      </button>
    </div>
  );
}
