import type { Activation, Loss } from '../../network/layers.ts';
import type { OptimizerName } from '../../network/optimizer.ts';
import { inLanguage } from '../language.ts';
import type { Experiment, SetName, Setting } from '../state/experiment.ts';

/** Names of sets, settings and what they may be, in both languages; what is missing is called what the code calls it. */

const sets: { en: Record<SetName, string>; tr: Record<SetName, string> } = {
  en: {
    ...{ flower: 'Flower', circles: 'Circles', xor: 'Xor', spiral: 'Spiral', moons: 'Moons', blobs: 'Blobs' },
    ...{ plane: 'Plane', houses: 'House prices', iris: 'Iris', wine: 'Wine', breast_cancer: 'Breast cancer' },
    ...{ digits: 'Digits', own: 'Your own data' },
  },
  tr: {
    ...{
      flower: 'Çiçek',
      circles: 'Çemberler',
      xor: 'Xor',
      spiral: 'Sarmal',
      moons: 'Hilaller',
      blobs: 'Kümeler',
    },
    ...{
      plane: 'Düzlem',
      houses: 'Ev fiyatları',
      iris: 'Süsen',
      wine: 'Şarap',
      breast_cancer: 'Meme kanseri',
    },
    ...{ digits: 'Rakamlar', own: 'Kendi verin' },
  },
};
export const setName = (name: SetName): string => inLanguage(sets)[name];

const activationNames: Record<Activation, string> = {
  ...{ sigmoid: 'sigmoid', tanh: 'tanh', relu: 'ReLU', leakyRelu: 'leaky ReLU', identity: 'identity' },
  ...{ gelu: 'GELU', silu: 'SiLU', elu: 'ELU', softplus: 'softplus', softmax: 'softmax' },
};
export const activationName = (name: Activation): string =>
  name === 'identity' ? inLanguage({ en: 'identity', tr: 'birim fonksiyon' }) : activationNames[name];

const optimizerNames: { en: Record<OptimizerName, string>; tr: Record<OptimizerName, string> } = {
  en: {
    ...{ sgd: 'gradient descent', momentum: 'momentum', nesterov: 'Nesterov' },
    ...{ adam: 'Adam', adamw: 'AdamW', rmsprop: 'RMSProp' },
  },
  tr: {
    ...{ sgd: 'gradyan inişi', momentum: 'momentum', nesterov: 'Nesterov' },
    ...{ adam: 'Adam', adamw: 'AdamW', rmsprop: 'RMSProp' },
  },
};

const lossNames: { en: Record<'auto' | Loss, string>; tr: Record<'auto' | Loss, string> } = {
  en: {
    ...{ auto: 'as the data wants it', binaryCrossEntropy: 'binary cross-entropy' },
    ...{ softmaxCrossEntropy: 'softmax cross-entropy', mse: 'mean squared error' },
    ...{ halfMse: 'half squared error', huber: 'Huber' },
  },
  tr: {
    ...{ auto: 'veriye göre', binaryCrossEntropy: 'ikili çapraz entropi' },
    ...{ softmaxCrossEntropy: 'softmax çapraz entropi', mse: 'ortalama karesel hata' },
    ...{ halfMse: 'yarım karesel hata', huber: 'Huber' },
  },
};

const choices: { en: Record<string, string>; tr: Record<string, string> } = {
  en: {
    ...{ he: 'He', xavier: 'Xavier', normal: 'normal', uniform: 'uniform', zeros: 'zeros' },
    ...{ 'fan-in': 'by inputs (PyTorch)' },
    ...{ constant: 'constant', step: 'in steps', cosine: 'cosine', plateau: 'on a plateau' },
    ...{ first: 'the same every time', auto: 'the fastest (measured)' },
  },
  tr: {
    ...{ he: 'He', xavier: 'Xavier', normal: 'normal', uniform: 'düzgün', zeros: 'sıfır' },
    ...{ 'fan-in': 'girdi sayısına göre (PyTorch)' },
    ...{ constant: 'sabit', step: 'basamaklı', cosine: 'kosinüs', plateau: 'düzlükte azalan' },
    ...{ first: 'her seferinde aynı', auto: 'en hızlısı (ölçülür)' },
  },
};

/** What a choice is called. */
export function choiceLabel(name: Setting, value: string): string {
  if (name === 'data') return setName(value as SetName);
  if (name === 'optimizer') return inLanguage(optimizerNames)[value as OptimizerName];
  if (name === 'loss') return inLanguage(lossNames)[value as Experiment['loss']];
  return inLanguage(choices)[value] ?? value;
}

/** What a setting is called, and a sentence that says what it does. */
const settings: {
  en: Record<Setting, readonly [string, string]>;
  tr: Record<Setting, readonly [string, string]>;
} = {
  en: {
    data: ['Data', 'What is learnt.'],
    points: ['Points', 'How many examples are drawn.'],
    noise: ['Noise', 'How far the examples stray from the pattern.'],
    dataSeed: ['Seed of the data', 'Another seed draws other examples, and holds out others.'],
    held: [
      'Held out',
      'Share of the examples that is never trained on, and shows how well the network generalises.',
    ],
    layers: ['Layers', 'Hidden layers with their units and activations.'],
    dropout: [
      'Dropout',
      'Share of the hidden units that is switched off at random in each step; it helps against overfitting.',
    ],
    init: [
      'First weights',
      'He suits ReLU, Xavier tanh and sigmoid; with zeros all hidden units stay alike.',
    ],
    initScale: ['Their scale', 'Standard deviation of normal, largest value of uniform.'],
    bias: ['First biases', 'Zero in Keras; drawn in PyTorch and scikit-learn.'],
    seed: ['Seed', 'The same seed gives the same first weights, batches and numbers.'],
    optimizer: ['Optimizer', 'How weights follow the gradient.'],
    learningRate: ['Learning rate', 'How far each step goes. Too large, and the loss rises.'],
    momentum: ['Momentum', 'How much of the last step is made again.'],
    beta1: ['Beta 1', 'Memory of the running mean of the gradient.'],
    beta2: ['Beta 2', 'Memory of the running mean of its square (rho of RMSProp).'],
    epsilon: ['Epsilon', 'Keeps the division from zero.'],
    schedule: [
      'Schedule',
      'How the learning rate falls while training goes on: until Stop, or for 10,000 steps. A change begins it anew.',
    ],
    warmup: ['Warm-up', 'Steps in which the rate grows from zero.'],
    every: ['Every', 'Epochs between two steps of the rate, or without improvement.'],
    factor: ['Factor', 'What the rate is multiplied by.'],
    minimum: ['Minimum', 'The rate does not fall below this.'],
    batch: ['Batch', 'Examples in one step; 0 takes all of them.'],
    shuffle: ['Shuffle', 'Every epoch draws its batches in a new order.'],
    l1: ['L1', 'Pulls weights to exactly zero.'],
    l2: ['L2', 'Keeps weights small.'],
    decay: ['Weight decay', 'Shrinks weights apart from the gradient, as AdamW does.'],
    biases: ['Biases, too', 'Penalties act on biases as well.'],
    clip: ['Clip gradient', 'Largest length of the gradient; 0 leaves it as it is.'],
    loss: ['Loss', 'What is made small.'],
    huberDelta: ['Delta of Huber', 'Where the parabola becomes a line.'],
    smoothing: ['Label smoothing', 'Moves targets towards equal shares.'],
    balanced: ['Balanced classes', 'Rare classes count as much as frequent ones.'],
    stop: ['Stop after', 'Steps after which training stops; 0 goes on until you pause.'],
    patience: [
      'Patience',
      'Stops after so many epochs without a better validation loss, and keeps the best weights; 0 does not.',
    ],
    minDelta: ['Least gain', 'How much lower than the best a loss must be to count.'],
    restoreBest: ['Restore the best', 'Ends with the weights of the best epoch.'],
    plan: [
      'Plan',
      'What makes the steps on your device. The first is the same every time; the fastest is found by measuring.',
    ],
  },
  tr: {
    data: ['Veri', 'Öğrenilen şey.'],
    points: ['Nokta', 'Kaç örnek çekileceği.'],
    noise: ['Gürültü', 'Örneklerin desenden ne kadar saptığı.'],
    dataSeed: ['Veri tohumu', 'Başka bir tohum başka örnekler çeker, başkalarını ayırır.'],
    held: ['Ayrılan pay', 'Hiç eğitilmeyen örneklerin payı; ağın ne kadar iyi genellediğini gösterir.'],
    layers: ['Katmanlar', 'Gizli katmanlar, birimleri ve etkinleştirmeleri.'],
    dropout: ['Seyreltme', 'Her adımda rastgele kapatılan gizli birimlerin payı; ezberlemeye karşı yarar.'],
    init: [
      'İlk ağırlıklar',
      'He ReLU’ya, Xavier tanh ve sigmoide uyar; sıfırla bütün gizli birimler aynı kalır.',
    ],
    initScale: ['Ölçeği', 'Normal için standart sapma, düzgün için en büyük değer.'],
    bias: ['İlk sapmalar', 'Keras’ta sıfır; PyTorch ve scikit-learn’de rastgele.'],
    seed: ['Tohum', 'Aynı tohum aynı ilk ağırlıkları, yığınları ve sayıları verir.'],
    optimizer: ['Eniyileyici', 'Ağırlıkların gradyanı nasıl izlediği.'],
    learningRate: ['Öğrenme oranı', 'Her adımın ne kadar ileri gittiği. Çok büyükse kayıp artar.'],
    momentum: ['Momentum', 'Son adımın ne kadarının yinelendiği.'],
    beta1: ['Beta 1', 'Gradyanın yürüyen ortalamasının belleği.'],
    beta2: ['Beta 2', 'Karesinin yürüyen ortalamasının belleği (RMSProp’ta rho).'],
    epsilon: ['Epsilon', 'Sıfıra bölmeyi önler.'],
    schedule: [
      'Takvim',
      'Eğitim sürerken öğrenme oranının nasıl düştüğü: Durma adımına ya da 10.000 adıma dek. Bir değişiklik onu baştan başlatır.',
    ],
    warmup: ['Isınma', 'Oranın sıfırdan büyüdüğü adımlar.'],
    every: ['Aralık', 'Oranın iki düşüşü arasındaki, ya da iyileşmesiz geçen dönemler.'],
    factor: ['Çarpan', 'Oranın çarpıldığı sayı.'],
    minimum: ['En az', 'Oran bunun altına düşmez.'],
    batch: ['Yığın', 'Bir adımdaki örnek sayısı; 0 hepsini alır.'],
    shuffle: ['Karıştır', 'Her dönem yığınları yeni bir sırayla çeker.'],
    l1: ['L1', 'Ağırlıkları tam sıfıra çeker.'],
    l2: ['L2', 'Ağırlıkları küçük tutar.'],
    decay: ['Ağırlık azalması', 'Ağırlıkları gradyandan ayrı olarak küçültür (AdamW gibi).'],
    biases: ['Sapmalar da', 'Cezalar sapmalara da uygulanır.'],
    clip: ['Gradyan sınırı', 'Gradyanın en büyük uzunluğu; 0 olduğu gibi bırakır.'],
    loss: ['Kayıp', 'Küçültülen değer.'],
    huberDelta: ['Huber deltası', 'Parabolün doğruya döndüğü yer.'],
    smoothing: ['Etiket yumuşatma', 'Hedefleri eşit paylara doğru kaydırır.'],
    balanced: ['Dengeli sınıflar', 'Seyrek sınıflar sık olanlar kadar sayılır.'],
    stop: ['Durma adımı', 'Eğitimin duracağı adım; 0 sen durdurana dek sürer.'],
    patience: [
      'Sabır',
      'Doğrulama kaybı bu kadar dönem iyileşmezse durur ve en iyi ağırlıkları tutar; 0 durmaz.',
    ],
    minDelta: ['En az kazanç', 'Bir kaybın sayılması için en iyiden ne kadar düşük olması gerektiği.'],
    restoreBest: ['En iyiye dön', 'En iyi dönemin ağırlıklarıyla biter.'],
    plan: ['Plan', 'Aygıtında adımları ne atıyor. İlki her seferinde aynıdır; en hızlısı ölçülerek bulunur.'],
  },
};
export const settingLabel = (name: Setting): string => inLanguage(settings)[name][0];
export const settingHelp = (name: Setting): string => inLanguage(settings)[name][1];
