import { useEffect } from 'preact/hooks';
import { hasPrints } from '../../../lab/workbench/prints.ts';
import { formatCount } from '../../format.ts';
import { inLanguage } from '../../language.ts';
import { formatExact } from '../../numbers.ts';
import { printInside } from '../state/actions.ts';
import { draft, printed, stage, tried, verdict } from '../state/store.ts';
import type { PrintLook } from '../worker/messages.ts';
import { goTo } from './goTo.ts';

const sentences = {
  en: {
    none: 'Write print("sum", sum); into a function of the text, and what each invocation prints stands here: numbers and vectors of f32, i32 and u32, up to 16 at once.',
    waiting: 'Once the text has been judged, it is run with its prints.',
    notice: 'What is judged and timed is the text without its prints.',
    which: 'Case',
    nothing: 'No invocation printed anything on this case.',
    count: (shown: string, all: string) => `${shown} of ${all} prints`,
    lost: (count: string) => `${count} more did not fit and were lost: print less often, behind an if.`,
    line: 'line',
    invocation: 'invocation',
    values: 'values',
    caption: 'What was printed',
    again: 'Print again',
  },
  tr: {
    none: 'Metnin bir işlevine print("sum", sum); yaz; her çağrının yazdırdıkları burada durur: f32, i32, u32 sayıları ve vektörleri, bir kerede en çok 16 sayı.',
    waiting: 'Metin sınandıktan sonra yazdırmalarıyla çalıştırılır.',
    notice: 'Sınanan ve ölçülen, metnin yazdırmalarsız halidir.',
    which: 'Durum',
    nothing: 'Bu durumda hiçbir çağrı bir şey yazdırmadı.',
    count: (shown: string, all: string) => `${all} yazdırmadan ${shown} tanesi`,
    lost: (count: string) => `${count} tanesi daha sığmadı ve yitti: bir if ile daha seyrek yazdır.`,
    line: 'satır',
    invocation: 'çağrı',
    values: 'değerler',
    caption: 'Yazdırılanlar',
    again: 'Yeniden yazdır',
  },
};

/** Rows that are shown. */
const MOST_ROWS = 500;

/** What a kernel prints. */
export function Prints() {
  const say = inLanguage(sentences);
  const now = printed.value;
  const found = verdict.value?.kind;
  const prints = hasPrints(draft.value!.source);
  const isReady = prints && tried.value === draft.value && (found === 'right' || found === 'wrong');
  const isIdle = stage.value === undefined;
  useEffect(() => {
    if (isReady && isIdle && !now) printInside();
  }, [isReady, isIdle, now]);
  if (!prints) return <p class="note">{say.none}</p>;
  if (!isReady || !now) return <p class="note">{say.waiting}</p>;
  return (
    <div class="look" id="prints">
      {'failed' in now ? (
        <>
          <p class="error">{now.failed}</p>
          <button class="button small" type="button" onClick={() => printInside()}>
            {say.again}
          </button>
        </>
      ) : (
        <Printed {...now} />
      )}
      <p class="help">{say.notice}</p>
    </div>
  );
}

function Printed({ index, names, prints, lost }: PrintLook) {
  const say = inLanguage(sentences);
  return (
    <>
      <label class="inline">
        {say.which}
        <span class="select">
          <select
            name="printCase"
            value={index}
            onChange={({ currentTarget }) => printInside(Number(currentTarget.value))}
          >
            {names.map((name, i) => (
              <option value={i}>{`${i + 1}: ${name}`}</option>
            ))}
          </select>
        </span>
      </label>
      {!prints.length && <p class="note">{say.nothing}</p>}
      {prints.length > 0 && (
        <div class="scroll" role="group" tabIndex={0} aria-label={say.caption}>
          <table class="numbers prints">
            <thead>
              <tr>
                <th scope="col">{say.line}</th>
                <th scope="col">{say.invocation}</th>
                <th scope="col">{say.values}</th>
              </tr>
            </thead>
            <tbody>
              {prints.slice(0, MOST_ROWS).map(({ line, invocation, name, values }) => (
                <tr>
                  <td>
                    <button class="plain" type="button" onClick={() => goTo(line)}>
                      {line}
                    </button>
                  </td>
                  <td class="code">{invocation.join(', ')}</td>
                  <td class="code">
                    {name !== undefined && <b>{name}: </b>}
                    {values
                      .map(({ text, numbers }) => `${text} = ${numbers.map(formatExact).join(', ')}`)
                      .join('; ')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="note">
        {say.count(formatCount(Math.min(MOST_ROWS, prints.length)), formatCount(prints.length))}
        {lost > 0 && `. ${say.lost(formatCount(lost))}`}
      </p>
    </>
  );
}
