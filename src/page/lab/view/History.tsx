import { useState } from 'preact/hooks';
import { inLanguage, language } from '../../language.ts';
import { formatRatio } from '../../numbers.ts';
import { open } from '../state/actions.ts';
import type { Result, Saved } from '../state/history.ts';
import { exportAll, importAll, remove } from '../state/keeping.ts';
import { attempts, draft } from '../state/store.ts';
import { Difference } from './Difference.tsx';
import { formatRateOf } from './numbers.ts';

const sentences = {
  en: {
    none: 'Nothing has been saved yet: “Save attempt” or Ctrl S keeps the text, its numbers and what it showed, in this browser only.',
    export: 'Export',
    import: 'Import',
    open: 'Open',
    diff: 'Difference',
    remove: 'Delete',
    list: 'Saved attempts',
    of: (number: number) => `attempt ${number}`,
    kinds: {
      invalid: 'does not compile',
      hung: 'did not end',
      wrong: 'wrong',
      right: 'right',
      untried: 'not tried',
    },
    ranks: { faster: 'faster', slower: 'slower', 'cannot be ranked': 'cannot be ranked' },
    ratio: (low: string, high: string) => `${low}–${high} of shipped`,
  },
  tr: {
    none: 'Henüz bir şey kaydedilmedi: “Denemeyi kaydet” ya da Ctrl S metni, sayılarını ve sonucunu yalnız bu tarayıcıda saklar.',
    export: 'Dışa aktar',
    import: 'İçe aktar',
    open: 'Aç',
    diff: 'Fark',
    remove: 'Sil',
    list: 'Kayıtlı denemeler',
    of: (number: number) => `${number}. deneme`,
    kinds: { invalid: 'derlenmiyor', hung: 'bitmedi', wrong: 'yanlış', right: 'doğru', untried: 'sınanmadı' },
    ranks: { faster: 'daha hızlı', slower: 'daha yavaş', 'cannot be ranked': 'sıralanamaz' },
    ratio: (low: string, high: string) => `hazırın ${low}–${high} katı`,
  },
};

/** The attempts that were kept, the newest first. */
export function History() {
  const say = inLanguage(sentences);
  const [compared, setCompared] = useState<number | undefined>();
  const all = attempts.value;
  const opened = all.find(({ id }) => id === compared);
  return (
    <div class="history">
      <div class="panel-head">
        <button
          class="button small"
          type="button"
          data-action="export"
          disabled={!all.length}
          onClick={exportAll}
        >
          {say.export}
        </button>
        <label class="button small file">
          {say.import}
          <input
            class="hidden"
            type="file"
            name="import"
            accept="application/json,.json"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) void importAll(file);
              currentTarget.value = '';
            }}
          />
        </label>
      </div>
      {!all.length && <p class="note">{say.none}</p>}
      <ol class="attempts" aria-label={say.list}>
        {[...all].reverse().map((saved) => (
          <li data-attempt={saved.id}>
            <Summary saved={saved} />
            <span class="actions">
              <button
                class="button small quiet"
                type="button"
                data-do="open"
                onClick={() => void open(saved.draft)}
              >
                {say.open}
              </button>
              <button
                class="button small quiet"
                type="button"
                data-do="diff"
                aria-expanded={compared === saved.id}
                onClick={() => setCompared(compared === saved.id ? undefined : saved.id)}
              >
                {say.diff}
              </button>
              <button
                class="button small quiet"
                type="button"
                data-do="remove"
                onClick={() => void remove(saved.id)}
              >
                {say.remove}
              </button>
            </span>
            {opened === saved && (
              <Difference before={saved.draft.source} after={draft.value!.source} name={say.of(saved.id)} />
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Summary({ saved: { id, at, draft, result } }: { saved: Saved }) {
  const say = inLanguage(sentences);
  const when = new Date(at).toLocaleString(language.value === 'tr' ? 'tr-TR' : 'en-GB', {
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return (
    <span class="summary">
      <b>{id}</b> <span class="code">{[draft.kernel, ...draft.flags].join(' ')}</span>
      <span class={`result ${tone(result)}`}>
        {say.kinds[result.kind]}
        {result.rank && `, ${say.ranks[result.rank]}`}
      </span>
      {result.low !== undefined && result.high !== undefined && (
        <span class="note">{say.ratio(formatRatio(result.low), formatRatio(result.high))}</span>
      )}
      {result.gflops ? <span class="note">{formatRateOf(result.gflops, 'GFLOP/s')}</span> : null}
      <time class="note" dateTime={new Date(at).toISOString()}>
        {when}
      </time>
    </span>
  );
}

const tone = ({ kind }: Result) => (kind === 'right' ? 'ok' : kind === 'untried' ? 'none' : 'bad');
