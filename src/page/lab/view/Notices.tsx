import { formatCount } from '../../format.ts';
import { inLanguage } from '../../language.ts';
import { Icon } from '../../view/Icon.tsx';
import { type Notice, notice } from '../state/store.ts';

const sentences = {
  en: {
    badLink:
      'The link holds no text that the lab can read: it is incomplete or was changed. Ask for it again.',
    fromLink:
      'This text came with a link. Nothing of it has run, and what you had is in the history if you saved it.',
    copied: 'Link copied: the whole text is in it.',
    saved: 'Saved to the history.',
    badFile: 'That file holds no attempts of the lab. Choose one that “Export” has written.',
    noStorage: 'This browser keeps nothing for this page: export the history before you close it.',
    leftBehind:
      'The text before did not stop when told to: it was left behind on its device, and another was opened.',
    failed: (message: string) => message,
    imported: (count: number) => `${formatCount(count)} attempts added to the history.`,
    size: (name: string) =>
      `‘${name}’ is a whole number from 1 to 16,777,216. What stood there before still counts.`,
    close: 'Close',
  },
  tr: {
    badLink: 'Bağlantıda laboratuvarın okuyabileceği bir metin yok: eksik ya da değiştirilmiş. Yeniden iste.',
    fromLink:
      'Bu metin bir bağlantıyla geldi. Hiçbir parçası çalışmadı; önceki metnin, kaydettiysen geçmişte.',
    copied: 'Bağlantı kopyalandı: metnin tamamı içinde.',
    saved: 'Geçmişe kaydedildi.',
    badFile: 'Bu dosyada laboratuvarın denemeleri yok. “Dışa aktar”ın yazdığı bir dosya seç.',
    noStorage: 'Bu tarayıcı bu sayfa için bir şey saklamıyor: kapatmadan önce geçmişi dışa aktar.',
    leftBehind: 'Önceki metin dur denince durmadı: aygıtıyla birlikte bırakıldı, başka bir aygıt açıldı.',
    failed: (message: string) => message,
    imported: (count: number) => `Geçmişe ${formatCount(count)} deneme eklendi.`,
    size: (name: string) => `‘${name}’ 1 ile 16.777.216 arasında bir tam sayıdır. Önceki değer geçerli.`,
    close: 'Kapat',
  },
};

/** What happened beside the answer, until it is closed. */
export function Notices() {
  const say = inLanguage(sentences);
  const now = notice.value;
  return (
    <div class="notices" role="status">
      {now && (
        <p class="lab-notice" id="notice">
          <span>{sentence(now)}</span>
          <button
            class="button quiet small icon"
            type="button"
            aria-label={say.close}
            onClick={() => (notice.value = undefined)}
          >
            <Icon name="close" />
          </button>
        </p>
      )}
    </div>
  );
}

function sentence(now: Notice): string {
  const say = inLanguage(sentences);
  if (typeof now === 'string') return say[now];
  if ('failed' in now) return say.failed(now.failed);
  return 'imported' in now ? say.imported(now.imported) : say.size(now.size);
}
