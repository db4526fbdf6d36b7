import { formatCount } from '../../format.ts';
import { inLanguage } from '../../language.ts';
import type { OracleTrouble } from '../state/store.ts';

const sentences = {
  en: {
    threw: (message: string) => `Your oracle failed: ${message}. Correct its code; the kernel was not run.`,
    late: 'Your oracle had not ended after 2 seconds and was stopped. Look for a loop without end, or give it smaller cases.',
    missing:
      'The frame in which your oracle would run, oracle.html, did not load. Reload the page while there is a network.',
    noOutput: (outputs: string) =>
      `Your oracle returned none of the kernel’s outputs: return an object with ${outputs}.`,
    length: (output: string, got: string, want: string) =>
      `Your oracle returned ${got} numbers for ‘${output}’, which has ${want}. Return one for each.`,
  },
  tr: {
    threw: (message: string) => `Hakemin hata verdi: ${message}. Kodunu düzelt; çekirdek çalıştırılmadı.`,
    late: 'Hakemin 2 saniyede bitmedi ve durduruldu. Sonu olmayan bir döngü ara ya da daha küçük durumlar ver.',
    missing: 'Hakeminin çalışacağı çerçeve, oracle.html, yüklenmedi. Ağ varken sayfayı yenile.',
    noOutput: (outputs: string) =>
      `Hakemin çekirdeğin çıktılarından hiçbirini vermedi: ${outputs} içeren bir nesne döndür.`,
    length: (output: string, got: string, want: string) =>
      `Hakemin ‘${output}’ için ${got} sayı döndürdü; ${want} sayı olmalı. Her biri için bir sayı döndür.`,
  },
};

/** One sentence on what an oracle of one's own did wrong. */
export function oracleSentence(trouble: OracleTrouble): string {
  const say = inLanguage(sentences);
  switch (trouble.kind) {
    case 'threw':
      return say.threw(trouble.message.replace(/\.$/, ''));
    case 'late':
      return say.late;
    case 'missing':
      return say.missing;
    case 'noOutput':
      return say.noOutput(trouble.outputs.join(', '));
    case 'length':
      return say.length(trouble.output, formatCount(trouble.got), formatCount(trouble.want));
  }
}
