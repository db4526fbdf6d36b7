type Translation = readonly [english: RegExp, turkish: (...parts: string[]) => string];

const EXPECTED: Readonly<Record<string, string>> = {
  'a column, a number or a parenthesis is': 'bir sütun, bir sayı ya da bir parantez',
  'one of + - * / ^ or the end is': '+ - * / ^ işaretlerinden biri ya da formülün sonu',
  'an opening parenthesis is': 'işlevden sonra açılan bir parantez',
  'a closing parenthesis is': 'kapanan bir parantez',
  'a closing backquote is': 'kapanan bir ters tırnak',
  'the name of a column of numbers is': 'etiket dışındaki bir sayı sütununun adı',
  'the end is': 'formülün sonu',
};

/** What the reading of a person's data can complain of, in Turkish. The parts in quotes are theirs and stay. */
export const TURKISH: readonly Translation[] = [
  // Files
  [/^'(.*)' is empty; /s, (file) => `'${file}' boş; içine veri satırları koyun`],
  [
    /^'(.*)' has a header and no rows; /s,
    (file) => `'${file}' yalnızca bir başlık içeriyor; altına veri satırları ekleyin`,
  ],
  [
    /^'(.*)' ends after row (\d+), with (\d+) rows? of data; at least (\d+)/s,
    (file, row, n, least) =>
      `'${file}' ${row}. satırda, ${n} veri satırıyla bitiyor; eğitim ve test için en az ${least} satır gerekir`,
  ],
  [
    /^Row (\d+) of '(.*)' has (\d+) cells where the first row has (\d+); /s,
    (row, file, n, first) =>
      `'${file}' dosyasının ${row}. satırında ${n} hücre var, ilk satırda ise ${first}; satırı tamamlayın ya da ayırıcı içeren hücreleri tırnak içine alın`,
  ],
  [
    /^Row (\d+) of '(.*)' has a quote that is not closed/s,
    (row, file) =>
      `'${file}' dosyasının ${row}. satırında bir tırnak, hücresinin sonunda kapanmıyor; kapatın ve tırnaklı hücrenin içindeki tırnakları çift yazın`,
  ],
  [
    /^'(.*)' has a row (\d+) of more than (\d+) million characters; /s,
    (file, row, n) =>
      `'${file}' dosyasının ${row}. satırı ${n} milyon karakterden uzun; tırnakları kapatın ya da dosyaya satır sonları koyun`,
  ],
  [
    /^'(.*)' is not UTF-8 text from row (\d+) on/s,
    (file, row) =>
      `'${file}' ${row}. satırdan başlayarak UTF-8 metin değil (belki Latin-1, bir hesap tablosu ya da tablo olmayan bir dosya); UTF-8 CSV olarak kaydedin`,
  ],
  [
    /^'(.*)' holds a NUL byte in row (\d+)/s,
    (file, row) =>
      `'${file}' dosyasının ${row}. satırında bir NUL baytı var; UTF-16 ya da metin olmayan bir dosya bu, UTF-8 CSV olarak kaydedin`,
  ],
  [
    /^'(.*)' is a zip file or a spreadsheet/s,
    (file) => `'${file}' bir zip dosyası ya da bir hesap tablosu (.xlsx); UTF-8 CSV olarak kaydedin`,
  ],
  [/^'(.*)' is UTF-16 text; /s, (file) => `'${file}' UTF-16 metin; UTF-8 CSV olarak kaydedin`],
  [
    /^'(.*)' has (\d+) columns(?: in row 1)?, more than the (\d+) that/s,
    (file, n, most) =>
      `'${file}' dosyasının 1. satırında ${n} sütun var; bu sayfa en çok ${most} sütun alır, bazılarını çıkarın`,
  ],
  [
    /^'(.*)' has a single column in row 1; /s,
    (file) =>
      `'${file}' dosyasının 1. satırında tek sütun var; öznitelikler ve etiket ayrı sütunlarda durur, aralarında virgül, sekme, noktalı virgül ya da | ile`,
  ],
  [
    /^Columns (\d+) and (\d+) of '(.*)' are both named '(.*)'; /s,
    (a, b, file, name) =>
      `'${file}' dosyasının ${a}. ve ${b}. sütunlarının adı aynı: '${name}'; birini değiştirin`,
  ],
  [
    /^'(.*)' has more than (\d+) million cells, reached in row (\d+)/s,
    (file, n, row) =>
      `'${file}' dosyası ${row}. satırda ${n} milyon hücreyi aşıyor; bu sayfa daha fazlasını almaz, satır ya da sütun çıkarın`,
  ],
  [
    /^'(.*)' is gzip that cannot be unpacked/s,
    (file) => `'${file}' açılamayan bir gzip dosyası: eksik ya da bozuk; yeniden indirin`,
  ],
  [
    /^'(.*)' cannot be read \(it was changed/s,
    (file) =>
      `'${file}' okunamıyor: seçildikten sonra değişmiş, taşınmış ya da silinmiş, ya da bir dosya değil; yeniden seçin`,
  ],
  [/^'(.*)' cannot be read \(/s, (file) => `'${file}' okunamıyor; yeniden seçin`],
  [
    /^(\d+) files are chosen, and '(.*)' is no IDX/s,
    (n, file) =>
      `${n} dosya seçildi ve '${file}' bir IDX dosyası değil; tek bir tablo ya da görüntü ve etiketlerin IDX dosyalarını birlikte seçin`,
  ],
  // IDX
  [
    /^'(.*)' has (images|labels) alone/s,
    (file, has) =>
      `'${file}' yalnızca ${has === 'images' ? 'görüntüleri içeriyor; etiketlerinin' : 'etiketleri içeriyor; görüntülerinin'} dosyasıyla birlikte seçin`,
  ],
  [
    /^'(.*)' has (\d+) images, but '(.*)' has (\d+) labels/s,
    (images, n, labels, m) =>
      `'${images}' ${n} görüntü, '${labels}' ise ${m} etiket içeriyor; birbirine ait iki dosya seçin`,
  ],
  [
    /^'(.*)' is an IDX file of (\d+) bytes where (\d+)/s,
    (file, n, expected) =>
      `'${file}' ${expected} bayt olması gerekirken ${n} bayt uzunluğunda bir IDX dosyası: eksik ya da bozuk; yeniden indirin`,
  ],
  [
    /^'(.*)' does not start as an IDX file does/s,
    (file) => `'${file}' bir IDX dosyası gibi başlamıyor; MNIST’tekiler gibi bir dosya seçin`,
  ],
  [
    /^'(.*)' has the shape (.*), which holds no numbers/s,
    (file, shape) => `'${file}' dosyasının biçimi ${shape}, içinde sayı yok; yeniden indirin`,
  ],
  [
    /^'(.*)' has one dimension, as labels have/s,
    (file) =>
      `'${file}' etiketler gibi tek boyutlu; görüntüler iki ya da daha çok boyutludur, dosyalar karışmış olabilir`,
  ],
  [
    /^'(.*)' has the shape (.*), where labels are/s,
    (file, shape) =>
      `'${file}' dosyasının biçimi ${shape}; etiketler görüntü başına bir bayttır, dosyalar karışmış olabilir`,
  ],
  [
    /^'(.*)' has the label (\d+) everywhere/s,
    (file, label) => `'${file}' dosyasında her etiket ${label}; sınıflandırma için en az iki sınıf gerekir`,
  ],
  [
    /^Image (\d+) of '(.*)' holds (.*), which is not/s,
    (row, file, value) =>
      `'${file}' dosyasının ${row}. görüntüsünde ${value} var; bu, float32’de sonlu bir sayı değil`,
  ],
  [
    /^'(.*)' has (\d+) pixels an image, but '(.*)' has (\d+)/s,
    (a, n, b, m) =>
      `'${a}' görüntü başına ${n}, '${b}' ise ${m} piksel içeriyor; birbirine ait dosyalar seçin`,
  ],
  [
    /^'(.*)' holds (\d+) numbers, more than the (\d+) million/s,
    (file, n, most) =>
      `'${file}' ${n} sayı içeriyor; bu sayfa en çok ${most} milyon sayı alır, daha az görüntü seçin`,
  ],
  [
    /^'(.*)' unpacks to more than (\d+) MB/s,
    (file, n) => `'${file}' açılınca ${n} MB’ı aşıyor; bu sayfa daha fazlasını almaz, daha az görüntü seçin`,
  ],
  [
    /^'(.*)' has (images|labels) but there is no file/s,
    (file, has) =>
      `'${file}' için ${has === 'images' ? 'etiketlerin' : 'görüntülerin'} dosyası yok; adları train-images-idx3-ubyte ve train-labels-idx1-ubyte gibi olan dosyalar seçin`,
  ],
  [
    /^(?:There are no IDX files|Which images are for training)/,
    () =>
      'Hangi dosyaların eğitim için olduğu belli değil; adları train-images-idx3-ubyte ve train-labels-idx1-ubyte (test için t10k-…) gibi olan dosyalar seçin',
  ],
  // Choices
  [
    /^The label column '(.*)' of '.*' is '?(.*?)'? in every row/s,
    (name, value) =>
      `'${name}' etiket sütunu her satırda '${value}'; öğrenilecek bir şey yok, başka bir sütun seçin`,
  ],
  [
    /^The label column '(.*)' of '.*' has another value in each of the (\d+) rows.*?(or a regression)?$/s,
    (name, n, or) =>
      `'${name}' etiket sütunu ${n} satırın her birinde başka bir değer taşıyor, hiçbir sınıf öğrenilemez; başka bir sütun${or && ' ya da regresyonu'} seçin`,
  ],
  [
    /^The label column '(.*)' of '.*' has more than (\d+) different values.*?(or a regression)?$/s,
    (name, n, or) =>
      `'${name}' etiket sütununda ${n} sınıftan fazla değer var; başka bir sütun${or && ' ya da regresyonu'} seçin`,
  ],
  [
    /^The label '(.*)' is among the features/s,
    (name) => `'${name}' etiketi özniteliklerin arasında; oradan çıkarın`,
  ],
  [/^No feature of '.*' is chosen/s, () => 'Hiç öznitelik seçilmedi; en az birini seçin'],
  [
    /^(\d+) rows of (\d+) features are more than the (\d+) million/,
    (n, width, most) =>
      `${n} satır ve ${width} öznitelik, bu sayfanın aldığı ${most} milyon sayıdan fazla; daha az öznitelik seçin`,
  ],
  [
    /^Every row of '(.*)' has a missing value/s,
    (file) =>
      `'${file}' dosyasının her satırında eksik bir değer var, hiç satır kalmıyor; çoğu eksik olan sütunları çıkarın`,
  ],
  [
    /^Column '(.*)' has no number in any row/s,
    (name) => `'${name}' sütununun hiçbir satırında sayı yok; onu çıkarın`,
  ],
  [
    /^Column '(.*)' of '.*' has no value in any training row/s,
    (name) => `'${name}' sütununun hiçbir eğitim satırında değer yok; onu çıkarın`,
  ],
  [
    /^The text column '(.*)' of '.*' has more than (\d+)/s,
    (name, n) => `'${name}' metin sütununda ${n} kategoriden fazla değer var; onu çıkarın`,
  ],
  [
    /^The split of '.*' leaves no row to (test|train)/s,
    (part) => `Bu bölmeyle ${part === 'test' ? 'teste' : 'eğitime'} hiç satır kalmıyor; başka bir pay seçin`,
  ],
  [
    /^In '.*' row (\d+), column '(.*)' is (.*), outside float32/s,
    (row, name, value) =>
      `${row}. satırda '${name}' sütunu ${value}, float32’nin dışında; -3.4e38 ile 3.4e38 arasında sayılar kullanın`,
  ],
  [
    /^In '.*' row (\d+), column '(.*)' is (?:a text|'(.*)'), which is not a number; .*?(or make it a classification)?$/s,
    (row, name, text, label) =>
      `${row}. satırda '${name}' sütunu ${text ? `'${text}'` : 'bir metin'}, sayı değil; dosyada düzeltin ya da ${label ? 'sınıflandırma seçin' : 'bu sütunu çıkarın'}`,
  ],
  // Derived features
  [
    /^At character (\d+) of the formula (.*?) expected.*, not (?:'(.*)'|the end); correct it$/s,
    (at, what, found) =>
      `Formülün ${at}. karakterinde ${EXPECTED[what]} beklenirken ${found ? `'${found}' geldi` : 'formül bitti'}; düzeltin`,
  ],
  [
    /^The derived feature '(.*)' is (.*) in row (\d+), no finite/s,
    (text, value, row) =>
      `'${text}' ${row}. satırda ${value}, sonlu bir sayı değil; her satırda değeri olan bir formül yazın`,
  ],
  [
    /^The derived feature '(.*)' uses the label '(.*)', so/s,
    (text, label) => `'${text}', '${label}' etiketini kullanıyor ve yanıtı ele veriyor; başka bir sütun alın`,
  ],
  [
    /^The derived feature '(.*)' uses no column/s,
    (text) => `'${text}' hiçbir sütun kullanmıyor; en az birini yazın`,
  ],
  [
    /^The feature '(.*)' is there already/s,
    (text) => `'${text}' özniteliği zaten var; kaldırın ya da başka bir formül yazın`,
  ],
  [
    /^The data needs more memory than there is/,
    () => 'Veriler var olandan daha çok bellek istiyor; daha az satır ya da sütun alın',
  ],
  [/^The data cannot be used: (.*)/s, (why) => `Veriler kullanılamıyor: ${why}`],
];
