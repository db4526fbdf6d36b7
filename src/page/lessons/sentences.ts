/** What one lesson says: two or three sentences, names of its ways, and what to watch. */
export interface LessonWords {
  readonly title: string;
  readonly text: readonly string[];
  readonly ways: Readonly<Record<string, string>>;
  readonly watch: string;
}

const en: readonly LessonWords[] = [
  {
    title: 'What a node computes',
    text: [
      'Each unit takes a weighted sum of its inputs, z = w·x + b, and bends it: a = g(z). Every small map shows a over the whole plane; a layer does it for all units at once, and for all examples at once.',
      'Move the cross-hair with the mouse or the arrow keys, click a unit, and read its sum below. Then let it learn, one step at a time.',
    ],
    ways: { tanh: 'g = tanh', relu: 'g = ReLU' },
    watch: 'The selected unit at the cross-hair',
  },
  {
    title: 'tanh against sigmoid',
    text: [
      'The output of tanh is centred on 0, that of a sigmoid on ½: the next layer then learns more slowly. A sigmoid belongs at the output of a yes-or-no question, not in between.',
      'Let the sigmoid learn 500 steps, then tanh. Its curve stays to be compared with.',
    ],
    ways: { sigmoid: 'sigmoid', tanh: 'tanh' },
    watch: 'The loss after 500 steps',
  },
  {
    title: 'Saturation',
    text: [
      'Where |z| is large, tanh and sigmoid are flat: their slope is near 0, and so is the gradient that passes through. The weights begin large here, so most outputs lie in the flat ends, and learning is slow.',
      'Watch the share of saturated outputs, then begin with smaller weights, or take ReLU, which does not saturate for z > 0.',
    ],
    ways: { tanh: 'tanh, weights × 8', small: 'tanh, weights × 0.5', relu: 'ReLU, weights × 0.5' },
    watch: 'Saturated outputs of the hidden layer',
  },
  {
    title: 'Identity layers collapse',
    text: [
      'With g(z) = z in its hidden layers a network is one linear map, no matter how deep: W₂(W₁x + b₁) + b₂ = W′x + b′. With a sigmoid at its end it is logistic regression, and its boundary a straight line.',
      'Compare two identity layers with no hidden layer at all, and then with tanh.',
    ],
    ways: { identity: 'two identity layers', none: 'no hidden layer', tanh: 'two tanh layers' },
    watch: 'Accuracy on the flower',
  },
  {
    title: 'Zero initialization',
    text: [
      'If all weights begin at 0, all units of a layer compute the same, get the same gradient, and stay the same for ever: the symmetry is never broken. Small random weights break it.',
      'Look at the small maps: are they alike? For logistic regression, which has no hidden layer, zero is fine.',
    ],
    ways: { zeros: 'zeros', normal: 'random × 0.01', none: 'zeros, no hidden layer' },
    watch: 'Are the hidden units all alike?',
  },
  {
    title: 'The scale of the first weights',
    text: [
      'Random weights × 0.01 break the symmetry and begin where tanh is steep. Weights that are too large begin in its flat ends, and learning is slow.',
      'Run all three, and compare the curves.',
    ],
    ways: { small: '× 0.01', one: '× 1', large: '× 10' },
    watch: 'The loss after 500 steps',
  },
  {
    title: 'One step by hand',
    text: [
      'A network of 2, 3 and 1 units takes one step with four examples. Every matrix is read from the buffers of your GPU, beside what the oracle computes.',
    ],
    ways: {},
    watch: '',
  },
];

const tr: readonly LessonWords[] = [
  {
    title: 'Bir düğüm ne hesaplar',
    text: [
      'Her birim girdilerinin ağırlıklı toplamını alır, z = w·x + b, ve onu büker: a = g(z). Her küçük harita a’yı bütün düzlem üzerinde gösterir; bir katman bunu bütün birimler ve bütün örnekler için birden yapar.',
      'Artı imlecini fareyle ya da ok tuşlarıyla gezdir, bir birime tıkla ve aşağıda toplamını oku. Sonra adım adım öğrenmesine izin ver.',
    ],
    ways: { tanh: 'g = tanh', relu: 'g = ReLU' },
    watch: 'Artı imlecinde seçili birim',
  },
  {
    title: 'tanh mı sigmoid mi',
    text: [
      'tanh’ın çıktısı 0 çevresinde, sigmoidinki ½ çevresindedir: o zaman sonraki katman daha yavaş öğrenir. Sigmoidin yeri araları değil, evet-hayır sorusunun çıktısıdır.',
      'Önce sigmoid 500 adım öğrensin, sonra tanh. İlk eğri karşılaştırmak için durur.',
    ],
    ways: { sigmoid: 'sigmoid', tanh: 'tanh' },
    watch: '500 adımdan sonraki kayıp',
  },
  {
    title: 'Doyma',
    text: [
      '|z| büyükken tanh ve sigmoid düzdür: eğimleri, dolayısıyla içlerinden geçen gradyan da 0’a yakındır. Burada ağırlıklar büyük başlar, çıktıların çoğu düz uçlardadır ve öğrenme yavaştır.',
      'Doymuş çıktıların payına bak; sonra küçük ağırlıklarla başla ya da z > 0 için doymayan ReLU’yu seç.',
    ],
    ways: { tanh: 'tanh, ağırlıklar × 8', small: 'tanh, ağırlıklar × 0,5', relu: 'ReLU, ağırlıklar × 0,5' },
    watch: 'Gizli katmanın doymuş çıktıları',
  },
  {
    title: 'Birim fonksiyonlu katmanlar çöker',
    text: [
      'Gizli katmanlarında g(z) = z olan bir ağ ne kadar derin olursa olsun tek bir doğrusal dönüşümdür: W₂(W₁x + b₁) + b₂ = W′x + b′. Sonunda sigmoid varsa lojistik regresyondur ve sınırı düz bir çizgidir.',
      'İki birim fonksiyonlu katmanı hiç gizli katman olmayanla, sonra tanh ile karşılaştır.',
    ],
    ways: { identity: 'iki birim fonksiyonlu katman', none: 'gizli katman yok', tanh: 'iki tanh katmanı' },
    watch: 'Çiçekte doğruluk',
  },
  {
    title: 'Sıfırla başlatma',
    text: [
      'Bütün ağırlıklar 0 ile başlarsa bir katmanın bütün birimleri aynı şeyi hesaplar, aynı gradyanı alır ve sonsuza dek aynı kalır: simetri hiç kırılmaz. Küçük rastgele ağırlıklar onu kırar.',
      'Küçük haritalara bak: birbirinin aynı mı? Gizli katmanı olmayan lojistik regresyon için sıfır uygundur.',
    ],
    ways: { zeros: 'sıfır', normal: 'rastgele × 0,01', none: 'sıfır, gizli katman yok' },
    watch: 'Gizli birimlerin hepsi aynı mı?',
  },
  {
    title: 'İlk ağırlıkların ölçeği',
    text: [
      'Rastgele × 0,01 ağırlıklar simetriyi kırar ve tanh’ın dik olduğu yerde başlar. Çok büyük ağırlıklar düz uçlarında başlar ve öğrenme yavaştır.',
      'Üçünü de çalıştır ve eğrileri karşılaştır.',
    ],
    ways: { small: '× 0,01', one: '× 1', large: '× 10' },
    watch: '500 adımdan sonraki kayıp',
  },
  {
    title: 'Elle bir adım',
    text: [
      '2, 3 ve 1 birimli bir ağ dört örnekle bir adım atar. Her matris GPU’nun tamponlarından okunur; yanında denetçinin hesapladığı durur.',
    ],
    ways: {},
    watch: '',
  },
];

export const WORDS = { en, tr };
