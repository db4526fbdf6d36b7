import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { inLanguage } from '../language.ts';
import { problemInLanguage } from './problems.ts';

const sentences = {
  en: {
    drop: 'Drop a file here, or',
    choose: 'Choose files',
    kinds:
      'A table (CSV, up to 1,000 columns and 50 million cells), or the IDX files of images and labels together, as MNIST has them; packed with gzip or not.',
    paste: 'Or paste a table',
    placeholder: 'x1,x2,label\n0.5,1.2,yes\n…',
    read: 'Read the table',
    pasted: 'pasted table',
  },
  tr: {
    drop: 'Buraya bir dosya bırakın ya da',
    choose: 'Dosya seçin',
    kinds:
      'Bir tablo (CSV; en çok 1.000 sütun ve 50 milyon hücre) ya da MNIST’teki gibi görüntü ve etiketlerin IDX dosyaları birlikte; gzip ile sıkıştırılmış da olabilir.',
    paste: 'Ya da bir tablo yapıştırın',
    placeholder: 'x1,x2,etiket\n0.5,1.2,evet\n…',
    read: 'Tabloyu oku',
    pasted: 'yapıştırılan tablo',
  },
};

interface SourceStepProps {
  /** Why what was given before could not be read. */
  readonly problem: string | undefined;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onText: (text: string, name: string) => void;
}

/** Where data comes from: files that are dropped or chosen, or a table that is pasted. */
export function SourceStep({ problem, onFiles, onText }: SourceStepProps) {
  const say = inLanguage(sentences);
  const id = useId();
  const [pasted, setPasted] = useState('');
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <div class="own-body">
      <p class="own-problem" role="alert">
        {problem && problemInLanguage(problem)}
      </p>
      <div
        class={over ? 'own-drop over' : 'own-drop'}
        onDragEnter={() => setOver(true)}
        onDragLeave={(event) => setOver(event.currentTarget.contains(event.relatedTarget as Node | null))}
        onDrop={() => setOver(false)}
      >
        <p>{say.drop}</p>
        <input
          ref={input}
          id={`${id}files`}
          class="hidden own-files"
          type="file"
          multiple
          aria-describedby={`${id}kinds`}
          onChange={(event) => {
            const { files } = event.currentTarget;
            onFiles([...(files ?? [])]);
          }}
        />
        <label class="button" for={`${id}files`}>
          {say.choose}
        </label>
        <p id={`${id}kinds`} class="note">
          {say.kinds}
        </p>
      </div>
      <form
        class="own-paste"
        onSubmit={(event) => {
          event.preventDefault();
          onText(pasted, say.pasted);
        }}
      >
        <label for={`${id}paste`}>{say.paste}</label>
        <textarea
          id={`${id}paste`}
          rows={6}
          spellcheck={false}
          placeholder={say.placeholder}
          value={pasted}
          onInput={(event) => setPasted(event.currentTarget.value)}
        />
        <button class="button" type="submit" disabled={!pasted.trim()}>
          {say.read}
        </button>
      </form>
    </div>
  );
}
