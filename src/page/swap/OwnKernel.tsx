import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { formatCount, formatLoss, formatScore, formatTime, NONE } from '../format.ts';
import { inLanguage } from '../language.ts';
import { taken } from '../state/handed.ts';
import { handed, judgements, kernelNews, progress } from '../state/store.ts';
import { post } from '../state/worker.ts';
import { Icon } from '../view/Icon.tsx';

const sentences = {
  en: {
    label: 'A kernel of yours',
    waits: (kernel: string) => `A kernel of yours for ${kernel} waits.`,
    try: 'Try it',
    dismiss: 'Dismiss',
    judging: (kernel: string, done: string) =>
      `Your ${kernel} is judged on a device of its own, ${done} done; training goes on meanwhile.`,
    checking: (kernel: string) => `The next step is judged with your ${kernel}.`,
    refused: (reason: string) => reason,
    swapped: (kernel: string, step: string) => `Your ${kernel} makes the steps since step ${step}.`,
    gone: (kernel: string) =>
      `The steps are made without your ${kernel} again: settings were changed, or the GPU was lost.`,
    back: (step: string) => `The shipped kernels make the steps again, since step ${step}.`,
    again: 'Try it again',
    goBack: 'Go back to the shipped one',
    close: 'Close',
    before: 'before',
    now: 'now',
    time: 'GPU a step',
    loss: 'loss',
  },
  tr: {
    label: 'Kendi çekirdeğin',
    waits: (kernel: string) => `${kernel} için yazdığın bir çekirdek bekliyor.`,
    try: 'Dene',
    dismiss: 'Kaldır',
    judging: (kernel: string, done: string) =>
      `${kernel} çekirdeğin kendi aygıtında yargılanıyor, ${done} bitti; eğitim bu arada sürüyor.`,
    checking: (kernel: string) => `Sıradaki adım ${kernel} çekirdeğinle yargılanıyor.`,
    refused: (reason: string) => reason,
    swapped: (kernel: string, step: string) => `${step}. adımdan beri adımları ${kernel} çekirdeğin atıyor.`,
    gone: (kernel: string) =>
      `Adımlar yine ${kernel} çekirdeğin olmadan atılıyor: ayarlar değişti ya da GPU yitirildi.`,
    back: (step: string) => `${step}. adımdan beri adımları yine hazır çekirdekler atıyor.`,
    again: 'Yeniden dene',
    goBack: 'Hazır olana dön',
    close: 'Kapat',
    before: 'önce',
    now: 'şimdi',
    time: 'adım başına GPU',
    loss: 'kayıp',
  },
};

/** What a step took and how good the network was; undefined where that is not known. */
interface Numbers {
  readonly plan: string;
  readonly time: number | undefined;
  readonly loss: number | undefined;
}

const OWN = ' with own ';

function numbersNow(): Numbers {
  const { plan = '', gpuPerStep, rate = 0 } = progress.value ?? {};
  const time = gpuPerStep ?? (rate > 0 ? 1000 / rate : undefined);
  return { plan, time, loss: judgements.value.at(-1)?.train.loss };
}

/** Once it is judged, it is put in the place of the other. */
effect(() => {
  if (kernelNews.value?.kind === 'judged') post({ type: 'swap', swap: handed.peek() });
});

/** A kernel that came from the lab: what waits, what became of it, and what it changed. */
export function OwnKernel() {
  const say = inLanguage(sentences);
  const news = kernelNews.value;
  const { kernel } = handed.value!;
  const now = numbersNow();
  const before = useRef<Numbers>(now);
  // The plan is told a moment after the swap.
  const wasSeen = useRef(false);
  const isOwn = now.plan.includes(OWN);
  if (isOwn) wasSeen.current = true;
  if (!isOwn && news?.kind !== 'swapped') before.current = now;
  useEffect(() => {
    if (news?.kind !== 'swapped') wasSeen.current = false;
  }, [news?.kind]);
  const isGone = news?.kind === 'swapped' && wasSeen.current && !isOwn;
  const begin = () => {
    taken();
    wasSeen.current = false;
    kernelNews.value = { kind: 'judging', done: 0 };
    post({ type: 'judgeKernel', swap: handed.value! });
  };
  const close = () => {
    taken();
    handed.value = kernelNews.value = undefined;
  };
  const button = (id: string, text: string, act: () => void) => (
    <button type="button" class="button small" id={id} onClick={act}>
      {text}
    </button>
  );
  return (
    <section class="own-kernel" aria-label={say.label} data-kind={isGone ? 'gone' : (news?.kind ?? 'waits')}>
      <p class={news?.kind === 'refused' ? 'alert' : 'alert mild'}>
        <span role="status">{words()}</span>
        {!news && button('kernel-try', say.try, begin)}
        {!news && button('kernel-dismiss', say.dismiss, close)}
        {news?.kind === 'swapped' &&
          !isGone &&
          button('kernel-back', say.goBack, () => post({ type: 'swap', swap: undefined }))}
        {(isGone || news?.kind === 'back') && button('kernel-again', say.again, begin)}
        {(isGone || news?.kind === 'refused' || news?.kind === 'back') && (
          <button type="button" class="button quiet icon small" aria-label={say.close} onClick={close}>
            <Icon name="close" />
          </button>
        )}
      </p>
      {news?.kind === 'swapped' && !isGone && <Compared before={before.current} now={now} />}
    </section>
  );

  function words(): string {
    if (!news) return say.waits(kernel);
    if (isGone) return say.gone(kernel);
    switch (news.kind) {
      case 'judging':
        return say.judging(kernel, formatScore(news.done, false));
      case 'judged':
        return say.checking(kernel);
      case 'refused':
        return say.refused(news.reason);
      case 'swapped':
        return say.swapped(kernel, formatCount(news.step));
      case 'back':
        return say.back(formatCount(news.step));
    }
  }
}

/** Two bars for the time of a step, and two for the loss. */
function Compared({ before, now }: { before: Numbers; now: Numbers }) {
  const say = inLanguage(sentences);
  const rows = [
    { name: say.time, of: ({ time }: Numbers) => time, format: formatTime },
    { name: say.loss, of: ({ loss }: Numbers) => loss, format: formatLoss },
  ];
  return (
    <div class="compared">
      {rows.map(({ name, of, format }) => {
        const most = Math.max(of(before) ?? 0, of(now) ?? 0) || 1;
        return (
          <dl aria-label={name}>
            {([before, now] as const).map((one, i) => {
              const value = of(one);
              return (
                <div>
                  <dt>
                    {name}, {i ? say.now : say.before} <span class="note">{one.plan}</span>
                  </dt>
                  <dd>
                    <span class={i ? 'bar now' : 'bar'} style={{ width: `${(60 * (value ?? 0)) / most}%` }} />
                    <b>{value === undefined ? NONE : format(value)}</b>
                  </dd>
                </div>
              );
            })}
          </dl>
        );
      })}
    </div>
  );
}
