import { listed } from '../../data/cells.ts';
import { inLanguage } from '../language.ts';
import { count } from './numbers.ts';
import type { Plan } from './plan.ts';
import type { Count } from './use.ts';

const named = (counts: readonly Count[]) =>
  listed(
    counts.map(({ name, count: n }) => `${name} (${count(n)})`),
    8,
  );

const sentences = {
  en: {
    train: (p: Plan) =>
      `${rows(p.rows.train)} for training, ${p.rows.test ? rows(p.rows.test) : 'none'} for the test, ${count(p.features)} feature${p.features > 1 ? 's' : ''}`,
    classes: (n: number) => `${count(n)} classes.`,
    quantity: 'one quantity to predict.',
    droppedFeatures: (n: number) =>
      n === 1
        ? '1 row with a missing value is left out.'
        : `${count(n)} rows with missing values are left out.`,
    droppedLabel: (n: number) =>
      n === 1 ? '1 row without a label is left out.' : `${count(n)} rows without a label are left out.`,
    imputed: (n: number, where: string) =>
      `${n === 1 ? '1 missing cell is' : `${count(n)} missing cells are`} filled in: ${where}. A number gets the mean of the training rows, a text no category.`,
    oneHot: (where: string) => `Text becomes one feature for each category: ${where}.`,
    lost: (n: number, example: string) =>
      `${n === 1 ? '1 whole number is' : `${count(n)} whole numbers are`} too long for float32 and lose digits: ${example}.`,
  },
  tr: {
    train: (p: Plan) =>
      `${count(p.rows.train)} satır eğitim, ${p.rows.test ? `${count(p.rows.test)} satır` : 'hiç satır yok'} test için; ${count(p.features)} öznitelik`,
    classes: (n: number) => `${count(n)} sınıf.`,
    quantity: 'tahmin edilecek bir nicelik.',
    droppedFeatures: (n: number) => `Eksik değeri olan ${count(n)} satır çıkarılıyor.`,
    droppedLabel: (n: number) => `Etiketi olmayan ${count(n)} satır çıkarılıyor.`,
    imputed: (n: number, where: string) =>
      `${count(n)} eksik hücre dolduruluyor: ${where}. Sayının yerine eğitim satırlarının ortalaması konur; metin hiçbir kategoriye girmez.`,
    oneHot: (where: string) => `Metin, her kategori için bir öznitelik olur: ${where}.`,
    lost: (n: number, example: string) =>
      `${count(n)} tam sayı float32 için çok uzun ve basamak yitiriyor: ${example}.`,
  },
};

function rows(n: number): string {
  return n === 1 ? '1 row' : `${count(n)} rows`;
}

/** What will be trained on, in one sentence of the page's language. */
export function planSentence(plan: Plan): string {
  const say = inLanguage(sentences);
  return `${say.train(plan)}, ${plan.classes ? say.classes(plan.classes.length) : say.quantity}`;
}

/** What was done to the data that a person should know, in the page's language. */
export function planNotes({ dropped, imputed, oneHot, lost }: Plan): string[] {
  const say = inLanguage(sentences);
  const cells = imputed.reduce((sum, { count: n }) => sum + n, 0);
  return [
    dropped.features ? say.droppedFeatures(dropped.features) : '',
    dropped.label ? say.droppedLabel(dropped.label) : '',
    cells ? say.imputed(cells, named(imputed)) : '',
    oneHot.length ? say.oneHot(named(oneHot)) : '',
    lost.count ? say.lost(lost.count, lost.example) : '',
  ].filter(Boolean);
}
