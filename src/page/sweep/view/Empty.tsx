import { useId } from 'preact/hooks';
import { inLanguage } from '../../language.ts';
import { openText } from '../state/live.ts';
import { isWrong, source } from '../state/store.ts';

const sentences = {
  en: {
    title: 'A sweep',
    opening: 'Looking for the report …',
    none: 'There is no report here. Choose the file that --json of a sweep wrote.',
    wrong: 'This is no report of a sweep. Choose the file that --json of a sweep wrote.',
    choose: 'Report (JSON)',
  },
  tr: {
    title: 'Bir tarama',
    opening: 'Rapor aranıyor …',
    none: 'Burada rapor yok. Bir taramanın --json ile yazdığı dosyayı seç.',
    wrong: 'Bu bir tarama raporu değil. Bir taramanın --json ile yazdığı dosyayı seç.',
    choose: 'Rapor (JSON)',
  },
};

/** What the page is without a report. */
export function Empty() {
  const say = inLanguage(sentences);
  const id = useId();
  const isOpening = source.value === 'opening';
  const take = async ({ currentTarget: { files } }: { currentTarget: HTMLInputElement }) => {
    if (files?.length) openText(await files[0].text());
  };
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h1 id="empty-title">{say.title}</h1>
      <p class={isWrong.value ? 'complaint' : 'note'} role="status">
        {isOpening ? say.opening : isWrong.value ? say.wrong : say.none}
      </p>
      {!isOpening && (
        <p>
          <label for={id}>{say.choose}</label>
          <input
            {...{ id }}
            type="file"
            accept=".json,application/json"
            onChange={(event) => void take(event)}
          />
        </p>
      )}
    </section>
  );
}
