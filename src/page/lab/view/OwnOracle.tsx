import { useEffect, useId, useRef } from 'preact/hooks';
import { inLanguage, language } from '../../language.ts';
import { Editor } from '../editor/editor.ts';
import { edit } from '../state/actions.ts';
import { draft } from '../state/store.ts';
import { KEYS } from './keys.ts';

const sentences = {
  en: {
    use: 'Judge with an oracle of my own',
    help: 'A plain JavaScript function: it gets the params and the inputs of a case, and returns what must come out. A function named cases may give inputs of its own: then any bindings will do. It runs in a worker of a sandboxed frame without network, for at most 2 seconds.',
    ulps: 'Largest error allowed, in units in the last place',
    code: 'JavaScript of the oracle',
    wrong: 'A number from 0 to 1,000,000,000.',
  },
  tr: {
    use: 'Kendi hakemimle sına',
    help: 'Yalın bir JavaScript işlevi: bir durumun parametrelerini ve girdilerini alır, çıkması gerekeni döndürür. cases adlı bir işlev kendi girdilerini verebilir: o zaman bağlamalar serbesttir. Ağsız, yalıtılmış bir çerçevenin işçisinde, en çok 2 saniye çalışır.',
    ulps: 'İzin verilen en büyük hata, son basamağın birimiyle',
    code: 'Hakemin JavaScript kodu',
    wrong: '0 ile 1.000.000.000 arasında bir sayı.',
  },
};

const EXAMPLE = `// Returns the wanted numbers of each output by its name, as arrays.
function oracle({ params, inputs }) {
  const { count } = params;
  return { out: Array.from({ length: count }, (_, i) => 2 * inputs.x[i]) };
}

// Left out, the kernel's own inputs are used.
function cases() {
  return [1, 64, 1000].map((count) => ({
    params: { count },
    inputs: { x: Array.from({ length: count }, (_, i) => Math.sin(i)) },
  }));
}
`;

/** An oracle that is written in the page. */
export function OwnOracle() {
  const say = inLanguage(sentences);
  const id = useId();
  const { oracle, ulps } = draft.value!;
  const kept = useRef(oracle ?? EXAMPLE);
  if (oracle !== undefined) kept.current = oracle;
  return (
    <div class="oracle">
      <label class="tick">
        <input
          type="checkbox"
          name="useOracle"
          checked={oracle !== undefined}
          onChange={({ currentTarget }) => edit({ oracle: currentTarget.checked ? kept.current : undefined })}
        />
        {say.use}
      </label>
      <p class="help">{say.help}</p>
      {oracle !== undefined && (
        <>
          <div class="field ulps">
            <label for={id}>{say.ulps}</label>
            <input
              {...{ id, name: 'ulps', value: ulps }}
              inputMode="decimal"
              autocomplete="off"
              onChange={({ currentTarget }) => {
                const number = Number(currentTarget.value.replace(',', '.'));
                if (number >= 0 && number <= 1e9) edit({ ulps: number });
                else currentTarget.value = String(ulps);
              }}
            />
          </div>
          <Code label={say.code} code={oracle} />
        </>
      )}
    </div>
  );
}

function Code({ label, code }: { label: string; code: string }) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  useEffect(() => {
    const made = new Editor(host.current!, {
      label,
      language: [],
      keys: KEYS,
      onEdit: (oracle) => edit({ oracle }),
    });
    editor.current = made;
    return () => made.destroy();
  }, []);
  // As it is now: keys may have come since it was drawn, and are not to be taken back.
  useEffect(() => editor.current!.show(draft.peek()?.oracle ?? code), [code]);
  useEffect(() => editor.current!.speak(language.value, label), [language.value]);
  return <div class="editor low" id="oracle" ref={host} />;
}
