import type { View } from './seen.ts';

/** What both pages say of numbers that are looked at. */
export const sentences = {
  en: {
    views: { got: 'got', want: 'wanted', difference: 'difference' },
    bound: 'allowed',
    picked: (place: string) => `Picked: ${place}`,
    colours:
      'Blue above 0, orange below. In the difference, grey is within what is allowed and red beyond. Click, or use the arrow keys, to pick a number.',
    table: (view: View, isJudged: boolean): string => {
      if (!isJudged) return 'Numbers around it';
      if (view === 'difference') return 'Differences around it, and below each what is allowed';
      return view === 'got'
        ? 'Numbers around it: got, and below it what was wanted'
        : 'Numbers around it: wanted, and below it what was got';
    },
  },
  tr: {
    views: { got: 'çıkan', want: 'beklenen', difference: 'fark' },
    bound: 'izin verilen',
    picked: (place: string) => `Seçilen: ${place}`,
    colours:
      '0’ın üstü mavi, altı turuncu. Farkta gri izin verilenin içinde, kırmızı dışında. Bir sayı seçmek için tıkla ya da ok tuşlarını kullan.',
    table: (view: View, isJudged: boolean): string => {
      if (!isJudged) return 'Çevresindeki sayılar';
      if (view === 'difference') return 'Çevresindeki farklar, altında izin verilen';
      return view === 'got'
        ? 'Çevresindeki sayılar: çıkan, altında beklenen'
        : 'Çevresindeki sayılar: beklenen, altında çıkan';
    },
  },
};
