import { signal } from '@preact/signals';
import type { Swap } from '../../../session/swapKernel.ts';
import { inLanguage } from '../../language.ts';
import { KEY } from '../../swap/key.ts';
import { draft } from '../state/store.ts';

const sentences = {
  en: {
    use: 'Use it in the playground',
    waits: 'It waits in the playground, for the network that trains there.',
    denied: 'This browser keeps nothing for this page, and so cannot hand it over.',
  },
  tr: {
    use: 'Oyun alanında kullan',
    waits: 'Oyun alanında, orada eğitilen ağ için bekliyor.',
    denied: 'Bu tarayıcı bu sayfa için bir şey saklamıyor, bu yüzden aktaramıyor.',
  },
};

/** What was handed over last, and whether that worked. */
const handed = signal<{ readonly source: string; readonly done: boolean } | undefined>(undefined);

/** Hands the text that is right to the playground, where it may take the place of the shipped kernel. */
export function UseIt() {
  const say = inLanguage(sentences);
  const now = draft.value!;
  // Another oracle than the kernel's makes it another kernel.
  if (now.oracle !== undefined) return null;
  const last = handed.value?.source === now.source ? handed.value : undefined;
  const hand = () => {
    const { kernel, source, constants, workgroups, flags } = now;
    const swap: Swap = {
      ...{ kernel, source, constants },
      ...(workgroups !== undefined && { workgroups }),
      // Without directives it is this variant alone.
      ...(!/^\s*\/\/#(if|elif)\b/m.test(source) && { flags }),
    };
    try {
      localStorage.setItem(KEY, JSON.stringify(swap));
      handed.value = { source, done: true };
    } catch {
      handed.value = { source, done: false };
    }
  };
  return (
    <p class="use-it">
      <a class="button small" id="use-it" href="./index.html" target="katman-playground" onClick={hand}>
        {say.use}
      </a>{' '}
      {last && (
        <span class="note" role="status">
          {last.done ? say.waits : say.denied}
        </span>
      )}
    </p>
  );
}
