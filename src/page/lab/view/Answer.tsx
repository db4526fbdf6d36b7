import type { Timing, Verdict } from '../../../lab/workbench/types.ts';
import { formatCount } from '../../format.ts';
import { inLanguage } from '../../language.ts';
import { formatExact, formatRatio } from '../../numbers.ts';
import { judge } from '../state/actions.ts';
import { draft, locked, oracleTrouble, stage, tried, verdict } from '../state/store.ts';
import { goTo } from './goTo.ts';
import { formatRateOf, formatSpan } from './numbers.ts';
import { oracleSentence } from './oracleWords.ts';
import { UseIt } from './UseIt.tsx';

const sentences = {
  en: {
    judge: 'Judge now',
    keys: 'Ctrl Enter',
    waiting: 'Not tried yet',
    locked: 'Came with a link: nothing of it has run. Read it, then press “Judge now”.',
    stale: 'Changed since',
    stages: {
      compiling: 'Compiling',
      judging: 'Judging against the oracle',
      timing: 'Timing against the shipped kernel',
      sweeping: 'Sweeping',
      roofs: 'Measuring what this adapter can do at best',
    },
    ofWhich: (percent: number) => `${percent} %`,
    invalid: 'Does not compile',
    unfit: 'Cannot be tried',
    hung: 'Did not end',
    kept: 'The text is kept; the lab goes on with another device.',
    wrong: 'Wrong',
    place: (output: string, index: string) => `${output}[${index}]`,
    gotWant: (got: string, want: string, bound: string) => `got ${got}, want ${want}, at most ${bound} apart`,
    right: 'Right',
    by: (cases: string, numbers: string, fraction: string) =>
      `${numbers} numbers of ${cases} cases agree with the oracle; the largest error is ${fraction} of what is allowed`,
    ranks: { faster: 'faster', slower: 'slower', 'cannot be ranked': 'cannot be ranked' },
    interval: (low: string, high: string, confidence: number) =>
      `${low} to ${high} times the shipped kernel’s time, at ${confidence} % confidence`,
    untimed: 'There is no shipped kernel to compare its time with.',
    times: 'One dispatch',
    attempt: 'this text',
    shipped: 'shipped',
    line: (line: number) => `line ${line}`,
    more: (count: number) => `and ${count} more`,
    notes: 'Notes on the timing',
  },
  tr: {
    judge: 'Şimdi sına',
    keys: 'Ctrl Enter',
    waiting: 'Henüz sınanmadı',
    locked: 'Bir bağlantıyla geldi: hiçbir parçası çalışmadı. Önce oku, sonra “Şimdi sına”ya bas.',
    stale: 'O zamandan beri değişti',
    stages: {
      compiling: 'Derleniyor',
      judging: 'Hakemle karşılaştırılıyor',
      timing: 'Hazır çekirdekle yarışıyor',
      sweeping: 'Taranıyor',
      roofs: 'Bu donanımın en iyisi ölçülüyor',
    },
    ofWhich: (percent: number) => `%${percent}`,
    invalid: 'Derlenmiyor',
    unfit: 'Sınanamaz',
    hung: 'Bitmedi',
    kept: 'Metin duruyor; laboratuvar başka bir aygıtla sürüyor.',
    wrong: 'Yanlış',
    place: (output: string, index: string) => `${output}[${index}]`,
    gotWant: (got: string, want: string, bound: string) =>
      `çıkan ${got}, beklenen ${want}, izin verilen fark ${bound}`,
    right: 'Doğru',
    by: (cases: string, numbers: string, fraction: string) =>
      `${cases} durumun ${numbers} sayısı hakemle uyuşuyor; en büyük hata izin verilenin ${fraction} katı`,
    ranks: { faster: 'daha hızlı', slower: 'daha yavaş', 'cannot be ranked': 'sıralanamaz' },
    interval: (low: string, high: string, confidence: number) =>
      `hazır çekirdeğin süresinin ${low} ile ${high} katı, %${confidence} güvenle`,
    untimed: 'Süresi karşılaştırılacak hazır bir çekirdek yok.',
    times: 'Bir gönderim',
    attempt: 'bu metin',
    shipped: 'hazır',
    line: (line: number) => `satır ${line}`,
    more: (count: number) => `ve ${count} tane daha`,
    notes: 'Ölçümle ilgili notlar',
  },
};

const sayIt = () => inLanguage(sentences);

/** The one line that matters: right or wrong, faster, slower or neither; and what it rests on. */
export function Answer() {
  const say = sayIt();
  const now = stage.value;
  const found = verdict.value;
  // What is shown while another text is tried is not the answer to that text.
  const isOther = now !== undefined && tried.value !== draft.value;
  const isStale = found !== undefined && tried.value !== draft.value && !now;
  const kind = oracleTrouble.value ? 'oracle' : locked.value ? 'locked' : (!isOther && found?.kind) || 'none';
  const rank = found?.kind === 'right' && !isOther ? found.timing?.comparison.verdict : undefined;
  return (
    <section
      class="answer"
      id="answer"
      tabIndex={-1}
      aria-live="polite"
      data-kind={kind}
      data-rank={rank}
      data-stage={now?.stage ?? 'idle'}
      data-stale={isStale ? 'true' : undefined}
    >
      <div class="said">
        {oracleTrouble.value ? (
          <Line mark="bad" head={say.unfit} text={oracleSentence(oracleTrouble.value)} />
        ) : locked.value ? (
          <Line mark="none" head={say.waiting} text={say.locked} />
        ) : found && !isOther ? (
          <>
            <Found found={found} />
            {found.kind === 'right' && !isStale && <UseIt />}
          </>
        ) : (
          <Line mark="none" head={now ? say.stages[now.stage] : say.waiting} text="" />
        )}
      </div>
      <div class="doing">
        <p class="stage note">
          {now
            ? `${say.stages[now.stage]}${now.done ? ` ${say.ofWhich(Math.round(100 * now.done))}` : '…'}`
            : isStale
              ? say.stale
              : ''}
        </p>
        <button class="button primary" id="judge" type="button" title={say.keys} onClick={() => void judge()}>
          {say.judge}
        </button>
      </div>
      <progress
        class="bar"
        aria-hidden="true"
        max={1}
        value={now?.done ?? 0}
        data-on={now ? 'true' : 'false'}
      />
    </section>
  );
}

type Mark = 'ok' | 'bad' | 'none';

function Line({ mark, head, text }: { mark: Mark; head: string; text: string }) {
  return (
    <>
      <p class={`verdict ${mark}`}>{head}</p>
      {text && <p class="why">{text}</p>}
    </>
  );
}

function Found({ found }: { found: Verdict }) {
  const say = sayIt();
  switch (found.kind) {
    case 'invalid': {
      const [first, ...more] = found.problems;
      const { line } = first;
      return (
        <>
          <p class="verdict bad">{line === undefined ? say.unfit : say.invalid}</p>
          <p class="why">
            {line !== undefined && (
              <>
                <button class="plain" type="button" onClick={() => goTo(line)}>
                  {say.line(line)}
                </button>
                {': '}
              </>
            )}
            {first.message}
            {more.length > 0 && ` (${say.more(more.length)})`}
          </p>
        </>
      );
    }
    case 'hung':
      return <Line mark="bad" head={say.hung} text={`${found.message} ${say.kept}`} />;
    case 'wrong': {
      const { message, where, output, index, got, want, bound } = found.wrong;
      // Without numbers, what is wrong is said in a sentence.
      if (Number.isNaN(got) && Number.isNaN(want)) return <Line mark="bad" head={say.wrong} text={message} />;
      return (
        <>
          <p class="verdict bad">
            {say.wrong} <span class="at">{say.place(output, formatCount(index))}</span>
          </p>
          <p class="why">
            {say.gotWant(formatExact(got), formatExact(want), formatExact(bound))}
            {' · '}
            {where}
          </p>
        </>
      );
    }
    case 'right':
      return <Right found={found} />;
  }
}

function Right({ found }: { found: Extract<Verdict, { kind: 'right' }> }) {
  const say = sayIt();
  const { timing, cases, elements, fraction } = found;
  const by = say.by(formatCount(cases), formatCount(elements), formatRatio(fraction));
  if (!timing)
    return (
      <>
        <p class="verdict ok">{say.right}</p>
        <p class="why">
          {by}
          {!stage.value && `. ${say.untimed}`}
        </p>
      </>
    );
  const { low, high, confidence, verdict: rank } = timing.comparison;
  return (
    <>
      <p class="verdict ok">
        {say.right},{' '}
        <span class={`rank ${rank === 'cannot be ranked' ? 'even' : rank}`}>{say.ranks[rank]}</span>
      </p>
      <p class="why">
        <b>{say.interval(formatRatio(low), formatRatio(high), Math.floor(1000 * confidence) / 10)}</b>
        {' · '}
        {by}
      </p>
      <Times timing={timing} />
    </>
  );
}

function Times({ timing }: { timing: Timing }) {
  const say = sayIt();
  return (
    <>
      <dl class="times" aria-label={say.times}>
        {(['attempt', 'shipped'] as const).map((who) => {
          const { median, low, high, gflops, gbs } = timing[who];
          return (
            <div>
              <dt class={who}>{say[who]}</dt>
              <dd>
                <b>{formatSpan(median)}</b>{' '}
                <span class="note">{`${formatSpan(low)}–${formatSpan(high)}`}</span>
              </dd>
              <dd>{formatRateOf(gflops, 'GFLOP/s')}</dd>
              <dd>{formatRateOf(gbs, 'GB/s')}</dd>
            </div>
          );
        })}
      </dl>
      {timing.notes.length > 0 && (
        <details class="notes">
          <summary>{say.notes}</summary>
          {timing.notes.map((one) => (
            <p class="note">{one}</p>
          ))}
        </details>
      )}
    </>
  );
}
