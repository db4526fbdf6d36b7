import { inLanguage } from '../language.ts';
import { change, goBack, play, setLayers } from '../state/actions.ts';
import { notice } from '../state/store.ts';
import { formatCount, formatSetting } from '../format.ts';
import { advice } from './advice.ts';
import { Icon } from './Icon.tsx';

const sentences = {
  en: {
    diverged: (rate: string, detail: string) =>
      `Training diverged at a learning rate of ${rate}: the loss is no longer a finite number.${detail && ` ${detail}`}`,
    smaller: (rate: string) => `Start again with ${rate}`,
    back: (step: string) => `Go back to step ${step}`,
    failed: (message: string) => `This does not work: ${message}`,
    offer: (layers: string) => `Take ${layers} units instead`,
    noGpu: (reason: string) =>
      `There is no WebGPU here, so the CPU trains (plan “cpu”), and everything else works as it does. ${reason}`,
    ignored: (parts: string) => `Parts of the link make no sense and were left out: ${parts}`,
    close: 'Close',
  },
  tr: {
    diverged: (rate: string) => `Eğitim ${rate} öğrenme oranında ıraksadı: kayıp artık sonlu bir sayı değil.`,
    smaller: (rate: string) => `${rate} ile yeniden başla`,
    back: (step: string) => `${step}. adıma dön`,
    failed: (message: string) => `Bu olmuyor: ${message}`,
    offer: (layers: string) => `Bunun yerine ${layers} birim al`,
    noGpu: (reason: string) => `Burada WebGPU yok; eğitimi CPU yapıyor (“cpu” planı), gerisi aynı. ${reason}`,
    ignored: (parts: string) => `Bağlantının anlaşılmayan parçaları atlandı: ${parts}`,
    close: 'Kapat',
  },
};

/** What went wrong or is worth knowing, with what can be done about it. */
export function NoticeBar() {
  const say = inLanguage(sentences);
  const now = notice.value;
  return (
    <div class="notice" role="alert">
      {now && (
        <p
          class={
            now.kind === 'noGpu' || now.kind === 'said' || now.kind === 'ignored' ? 'alert mild' : 'alert'
          }
          id="alert"
        >
          <span>{words()}</span>
          {now.kind === 'diverged' && now.good > 0 && (
            <button type="button" class="button small" id="back" onClick={() => goBack(now.good)}>
              {say.back(formatCount(now.good))}
            </button>
          )}
          {now.kind === 'diverged' && (
            <button
              type="button"
              class="button small"
              id="smaller"
              onClick={() => {
                change({ learningRate: smaller(now.learningRate) });
                play();
              }}
            >
              {say.smaller(formatSetting(smaller(now.learningRate)))}
            </button>
          )}
          {now.kind === 'failed' && now.offer && (
            <button type="button" class="button small" id="offer" onClick={() => setLayers(now.offer!)}>
              {say.offer(now.offer.map(({ units }) => units).join(' + '))}
            </button>
          )}
          <button
            type="button"
            class="button quiet icon small"
            aria-label={say.close}
            onClick={() => (notice.value = undefined)}
          >
            <Icon name="close" />
          </button>
        </p>
      )}
    </div>
  );

  function words(): string {
    switch (now!.kind) {
      case 'diverged':
        return say.diverged(formatSetting(now!.learningRate), now!.detail);
      case 'failed':
        return say.failed(ended(now!.message));
      case 'noGpu':
        return say.noGpu(advice(navigator.userAgent));
      case 'ignored':
        return say.ignored(now!.parts.join(', '));
      case 'said':
        return ended(now!.message);
    }
  }
}

/** A tenth, with two digits that matter. */
const smaller = (rate: number) => Number((rate / 10).toPrecision(2));

/** With the full stop that the library's messages leave to their reader. */
const ended = (message: string) => (/[.!?]$/.test(message) ? message : `${message}.`);
