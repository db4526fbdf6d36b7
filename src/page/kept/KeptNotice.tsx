import { formatCount } from '../format.ts';
import { inLanguage, language } from '../language.ts';
import { decide } from '../state/actions.ts';
import { kept, offer } from '../state/store.ts';
import { Icon } from '../view/Icon.tsx';
import { setName } from '../view/words.ts';

const sentences = {
  en: {
    offer: (data: string, step: string, when: string) =>
      `A run was kept ${when}: ${data}, step ${step}. Until you have chosen, the run of this visit is not kept.`,
    needsFile:
      'Its data is not here: first choose the same file again, with the same settings, under “Your own data”.',
    goOn: 'Go on with it',
    anew: 'Start anew',
    reopened: (step: string) =>
      `The GPU was lost and opened again; everything went on at step ${step}, with the same numbers.`,
    again: () =>
      'The GPU was lost and opened again; the run is made again from its start, to the same numbers.',
    cpu: (step: string) =>
      `The GPU was lost, and no other is to be had. The network of step ${step} is here, predicts and can be exported, and Play trains it on the CPU. To have the GPU again, load the page again or restart the browser, and go on with the run that was kept.`,
    elsewhere: () =>
      'This page is open in another tab, which keeps its run; the run of this tab is gone when it is closed.',
    full: () =>
      'The browser has no room left to keep this run: training goes on, but is gone when the page is closed. Export the network to have it.',
    denied: () =>
      'The browser keeps nothing for this page (as in a private window): training goes on, but is gone when the page is closed. Export the network to have it.',
    large: () =>
      'Your data is larger than the 20 MB that are kept: to go on after the page was closed, choose its file again.',
    close: 'Close',
  },
  tr: {
    offer: (data: string, step: string, when: string) =>
      `Saklanmış bir çalışma var (${when}): ${data}, ${step}. adım. Sen seçene dek bu ziyaretin çalışması saklanmaz.`,
    needsFile: 'Verisi burada değil: önce “Kendi verin” ile aynı dosyayı aynı ayarlarla yeniden seç.',
    goOn: 'Sürdür',
    anew: 'Yeniden başla',
    reopened: (step: string) =>
      `GPU yitirildi ve yeniden açıldı; her şey ${step}. adımda aynı sayılarla sürdü.`,
    again: () => 'GPU yitirildi ve yeniden açıldı; çalışma başından, aynı sayılarla yeniden yapılıyor.',
    cpu: (step: string) =>
      `GPU yitirildi, başkası da yok. ${step}. adımın ağı burada: tahmin eder, dışa aktarılabilir; Başlat onu CPU’da eğitir. GPU’yu geri almak için sayfayı yeniden yükle ya da tarayıcıyı yeniden başlat, sonra saklanan çalışmayı sürdür.`,
    elsewhere: () =>
      'Bu sayfa başka bir sekmede açık ve onun çalışması saklanıyor; bu sekmenin çalışması kapanınca yok olur.',
    full: () =>
      'Tarayıcıda bu çalışmayı saklayacak yer kalmadı: eğitim sürer, ama sayfa kapanınca yok olur. Ağı dışa aktararak alabilirsin.',
    denied: () =>
      'Tarayıcı bu sayfa için bir şey saklamıyor (gizli pencere gibi): eğitim sürer, ama sayfa kapanınca yok olur. Ağı dışa aktararak alabilirsin.',
    large: () =>
      'Verin saklanan 20 MB’tan büyük: sayfa kapandıktan sonra sürdürmek için dosyayı yeniden seç.',
    close: 'Kapat',
  },
};

/** What the last visit left, and what became of keeping this run. */
export function KeptNotice() {
  const say = inLanguage(sentences);
  const [offered, news] = [offer.value, kept.value];
  return (
    <div class="notice" role="status">
      {news && (
        <p class={news.kind === 'cpu' ? 'alert' : 'alert mild'} id="kept" data-kind={news.kind}>
          <span>{say[news.kind]('step' in news ? formatCount(news.step) : '')}</span>
          <button
            type="button"
            class="button quiet icon small"
            aria-label={say.close}
            onClick={() => (kept.value = undefined)}
          >
            <Icon name="close" />
          </button>
        </p>
      )}
      {offered && (
        <p class="alert mild" id="offered">
          <span>
            {say.offer(
              setName(offered.story.start.data),
              formatCount(offered.story.steps),
              when(offered.when),
            )}
            {offered.needsFile && ` ${say.needsFile}`}
          </span>
          <button
            type="button"
            class="button small"
            data-do="go-on"
            onClick={() => decide({ isTaken: true })}
          >
            {say.goOn}
          </button>
          <button
            type="button"
            class="button small quiet"
            data-do="anew"
            onClick={() => decide({ isTaken: false })}
          >
            {say.anew}
          </button>
        </p>
      )}
    </div>
  );
}

function when(ms: number): string {
  const locale = language.value === 'tr' ? 'tr-TR' : 'en-GB';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(ms);
}
