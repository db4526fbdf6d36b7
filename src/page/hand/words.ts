import type { PassLook } from '../../session/lookAtStep.ts';
import type { Axis } from './equation.ts';

/** The phases of a step that are shown, in their order. */
export const PHASES = ['batch', 'forward', 'loss', 'backward', 'update'] as const;
export type Phase = (typeof PHASES)[number];

export const phaseOf = ({ label }: PassLook) => label.split('/')[0] as Phase;

const en = {
  title: 'One step by hand',
  previous: 'Previous',
  next: 'Next',
  step: (at: number, of: number) => `Step ${at} of ${of}`,
  steps: 'All steps',
  orientation: 'An example is',
  orientations: { rows: 'a row', columns: 'a column' },
  phases: {
    batch: 'Batch',
    forward: 'Forward',
    loss: 'Loss',
    backward: 'Backward',
    update: 'Update',
  } as Record<Phase, string>,
  axes: {
    example: 'examples',
    input: 'inputs',
    unit: 'units',
    parameter: 'parameters',
    one: '',
  } as Record<Axis, string>,
  cell: (row: number, column: number) => `row ${row}, column ${column}`,
  gpu: 'GPU',
  oracle: 'Oracle',
  bound: 'Bound of the difference',
  difference: 'Difference / bound',
  show: 'Show differences',
  worst: 'Largest difference',
  ofBound: (share: string) => `${share} of its bound`,
  help: 'Left and right arrow keys: steps. In the result: arrow keys go from number to number.',
  words: {
    batch: 'The examples of this step, taken from the data.',
    z: 'Each unit adds up its inputs, each times its weight, and its bias: a matrix product plus the bias.',
    a: 'The activation, number by number.',
    softmax: 'Softmax makes the numbers of an example into shares that add up to 1.',
    dropout: 'Dropout sets some numbers to zero, and scales the others up to make up for them.',
    losses: 'The loss of each example: how far the output is from the target.',
    loss: 'The loss of the batch: the mean over its examples.',
    hits: 'Whether each example is predicted right.',
    accuracy: 'The accuracy of the batch: the share that is predicted right.',
    error: 'The slope of the loss at the output: output minus target.',
    dz: 'Back through the activation: times its slope at Z, number by number.',
    da: 'Back through the weights of the next layer: a product with its transposed weights.',
    dw: 'The slope of the loss for each weight: inputs times what came back, over all examples.',
    db: 'The slope for each bias: what came back, added up over all examples.',
    squares: 'The sum of the squares of a gradient, for its norm.',
    clipFactor: 'What scales the gradient down to its largest norm.',
    moment: 'What the optimizer keeps of the gradients of earlier steps.',
    update: 'The update: a step against the slope, as long as the learning rate says.',
  },
};

const tr: typeof en = {
  title: 'Elle bir adım',
  previous: 'Önceki',
  next: 'Sonraki',
  step: (at, of) => `Adım ${at} / ${of}`,
  steps: 'Bütün adımlar',
  orientation: 'Her örnek',
  orientations: { rows: 'bir satır', columns: 'bir sütun' },
  phases: {
    batch: 'Yığın',
    forward: 'İleri yayılım',
    loss: 'Kayıp',
    backward: 'Geri yayılım',
    update: 'Güncelleme',
  },
  axes: { example: 'örnek', input: 'girdi', unit: 'birim', parameter: 'parametre', one: '' },
  cell: (row, column) => `${row}. satır, ${column}. sütun`,
  gpu: 'GPU',
  oracle: 'Kâhin',
  bound: 'Farkın sınırı',
  difference: 'Fark / sınır',
  show: 'Farkları göster',
  worst: 'En büyük fark',
  ofBound: (share) => `sınırının ${share} katı`,
  help: 'Sol ve sağ ok tuşları: adımlar. Sonuçta: ok tuşları sayıdan sayıya gider.',
  words: {
    batch: 'Bu adımın veriden alınan örnekleri.',
    z: 'Her birim, ağırlıklarıyla çarpılmış girdilerini ve sapmasını toplar: matris çarpımı artı sapma.',
    a: 'Etkinleştirme, sayı sayı.',
    softmax: 'Softmax, bir örneğin sayılarını toplamı 1 olan paylara çevirir.',
    dropout: 'Seyreltme (dropout) bazı sayıları sıfırlar, kalanları da bunu telafi edecek kadar büyütür.',
    losses: 'Her örneğin kaybı: çıktının hedeften ne kadar uzak olduğu.',
    loss: 'Yığının kaybı: örneklerinin ortalaması.',
    hits: 'Her örneğin doğru tahmin edilip edilmediği.',
    accuracy: 'Yığının doğruluğu: doğru tahmin edilenlerin payı.',
    error: 'Kaybın çıktıdaki eğimi: çıktı eksi hedef.',
    dz: 'Etkinleştirmeden geriye: Z noktasındaki eğimiyle çarpılır, sayı sayı.',
    da: 'Sonraki katmanın ağırlıklarından geriye: devriği alınmış ağırlıklarla çarpım.',
    dw: 'Kaybın her ağırlığa göre eğimi: girdiler çarpı geri gelen, bütün örnekler üzerinden.',
    db: 'Her sapmaya göre eğim: geri gelenin bütün örnekler üzerinden toplamı.',
    squares: 'Bir gradyanın karelerinin toplamı; normu için.',
    clipFactor: 'Gradyanı en büyük normuna indiren çarpan.',
    moment: 'Eniyileyicinin önceki adımların gradyanlarından sakladığı.',
    update: 'Güncelleme: eğime karşı, öğrenme oranı kadar bir adım.',
  },
};

export const sentences = { en, tr };

/** Which words belong to a pass. */
export function wordsOf({ label, kernel, binding }: PassLook): keyof (typeof en)['words'] {
  if (kernel === 'outputGrad') return 'error';
  if (kernel === 'softmax' || kernel === 'dropout' || kernel === 'squares' || kernel === 'batch')
    return kernel;
  if (kernel === 'update') return binding === 'w' ? 'update' : 'moment';
  return label.split('/').at(-1) as 'z';
}
