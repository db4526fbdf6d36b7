import { useEffect, useRef, useState } from 'preact/hooks';
import { inLanguage, language } from '../../language.ts';
import { Editor } from '../editor/editor.ts';
import { highlighting } from '../editor/highlight.ts';
import { edit, restore } from '../state/actions.ts';
import { save } from '../state/keeping.ts';
import { compiled, draft, shipped, tried, verdict } from '../state/store.ts';
import { shown } from './goTo.ts';
import { KEYS } from './keys.ts';

const sentences = {
  en: {
    text: 'WGSL of the kernel',
    which: 'Which text',
    written: 'As written',
    compiled: 'As the GPU compiles it',
    none: 'It has not been compiled yet.',
    restore: 'Shipped text',
    save: 'Save attempt',
    keys: 'Ctrl Enter judges, Ctrl S saves, Ctrl F finds, F6 leaves to the answer; Esc, then Tab, leaves the editor.',
  },
  tr: {
    text: 'Çekirdeğin WGSL metni',
    which: 'Hangi metin',
    written: 'Yazıldığı gibi',
    compiled: 'GPU’nun derlediği',
    none: 'Henüz derlenmedi.',
    restore: 'Hazır metin',
    save: 'Denemeyi kaydet',
    keys: 'Ctrl Enter sınar, Ctrl S kaydeder, Ctrl F arar, F6 sonuca geçer; Esc, ardından Tab düzenleyiciden çıkar.',
  },
};

/** The kernel's text: as it is written, and as it is compiled. */
export function TextPanel() {
  const say = inLanguage(sentences);
  const [isCompiled, setCompiled] = useState(false);
  return (
    <section class="text" aria-label={say.text}>
      <div class="panel-head">
        <div class="segments" role="group" aria-label={say.which}>
          <button
            type="button"
            data-text="written"
            aria-pressed={!isCompiled}
            onClick={() => setCompiled(false)}
          >
            {say.written}
          </button>
          <button
            type="button"
            data-text="compiled"
            aria-pressed={isCompiled}
            onClick={() => setCompiled(true)}
          >
            {say.compiled}
          </button>
        </div>
        <span class="gap" />
        <button
          class="button small quiet"
          type="button"
          data-action="restore"
          disabled={draft.value!.source === shipped.value}
          onClick={restore}
        >
          {say.restore}
        </button>
        <button class="button small" type="button" data-action="save" onClick={() => void save()}>
          {say.save}
        </button>
      </div>
      <div hidden={isCompiled}>
        <Written label={say.text} />
      </div>
      {isCompiled && <Compiled label={say.compiled} />}
      <p class="help">{isCompiled && !compiled.value ? say.none : say.keys}</p>
    </section>
  );
}

function Written({ label }: { label: string }) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  useEffect(() => {
    const made = new Editor(host.current!, {
      label,
      language: highlighting,
      keys: KEYS,
      onEdit: (source) => edit({ source }),
    });
    editor.current = made;
    shown.editor = made;
    return () => made.destroy();
  }, []);
  const { source } = draft.value!;
  // As it is now: keys may have come since it was drawn, and are not to be taken back.
  useEffect(() => editor.current!.show(draft.peek()!.source), [source]);
  useEffect(() => editor.current!.speak(language.value, label), [language.value]);
  const found = verdict.value;
  const isNow = tried.value === draft.value;
  useEffect(() => {
    if (isNow || !found) editor.current!.mark(found?.kind === 'invalid' ? found.problems : []);
  }, [found, isNow]);
  return <div class="editor" id="editor" ref={host} />;
}

function Compiled({ label }: { label: string }) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | undefined>(undefined);
  useEffect(() => {
    const made = new Editor(host.current!, { label, language: highlighting, keys: KEYS, readOnly: true });
    editor.current = made;
    return () => made.destroy();
  }, []);
  const text = compiled.value;
  useEffect(() => editor.current!.show(text), [text]);
  useEffect(() => editor.current!.speak(language.value, label), [language.value]);
  return <div class="editor" id="compiled" ref={host} />;
}
