import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { DatasetFields } from '../../data/dataset.ts';
import { inLanguage } from '../language.ts';
import { OwnClient } from './client.ts';
import { ImagesStep } from './ImagesStep.tsx';
import type { AnyChoice, FromOwnWorker, Summary } from './messages.ts';
import { planNotes } from './notes.ts';
import type { Plan } from './plan.ts';
import { ReadingStep } from './ReadingStep.tsx';
import { SourceStep } from './SourceStep.tsx';
import { TableStep } from './TableStep.tsx';

/** A person's own data, ready for `new Dataset(fields)` and `prepare`. */
export interface OwnDataset {
  readonly fields: DatasetFields;
  /** Share of the rows kept for the test; 0 keeps none. */
  readonly testShare: number;
  /** Rows for the test, from 0, where the files say which; goes before `testShare`. */
  readonly testRows?: Uint32Array;
  /** What was done to the data that a person should know, in the language of the page. */
  readonly notes: string[];
}

export interface OwnDataProps {
  readonly onUse: (data: OwnDataset) => void;
  /** Called whenever the dialog has closed, also after `onUse`. */
  readonly onClose: () => void;
}

/** What is known of a choice: what it would give, or why it cannot be used. */
export interface Planned {
  readonly plan?: Plan;
  readonly problem?: { readonly message: string; readonly column?: string };
}

type Step =
  | { readonly type: 'source'; readonly problem?: string }
  | { readonly type: 'reading'; readonly done: number; readonly total: number }
  | { readonly type: 'chosen'; readonly summary: Summary };

const sentences = {
  en: {
    title: 'Your data',
    close: 'Close',
    private: 'Nothing leaves this machine: the page reads your data by itself and sends none of it.',
  },
  tr: {
    title: 'Kendi verileriniz',
    close: 'Kapat',
    private: 'Hiçbir şey bu makineden çıkmaz: sayfa verilerinizi kendi okur ve hiçbir yere göndermez.',
  },
};

/** A dialog that makes a data set of a person's own files. Escape closes it; the focus goes back where it was. */
export function OwnData({ onUse, onClose }: OwnDataProps) {
  const say = inLanguage(sentences);
  const title = useId();
  const dialog = useModal();
  const [step, setStep] = useState<Step>({ type: 'source' });
  const [planned, setPlanned] = useState<Planned>({});
  const testShare = useRef(0);

  const client = useAnswers((answer) => {
    switch (answer.type) {
      case 'progress':
        return setStep({ type: 'reading', done: answer.done, total: answer.total });
      case 'summary':
        setPlanned({});
        return setStep({ type: 'chosen', summary: answer.summary });
      case 'plan':
        return setPlanned({ plan: answer.plan });
      case 'data': {
        const { fields, testRows, plan } = answer;
        onUse({
          fields,
          testShare: testShare.current,
          ...(testRows && { testRows }),
          notes: planNotes(plan),
        });
        return dialog.current?.close();
      }
      case 'error':
        if (step.type === 'chosen') setPlanned({ problem: answer });
        else setStep({ type: 'source', problem: answer.message });
    }
  });

  const files = (chosen: readonly File[]) => {
    if (!chosen.length) return;
    setStep({ type: 'reading', done: 0, total: chosen.reduce((sum, { size }) => sum + size, 0) });
    client().readFiles(chosen);
  };
  const text = (pasted: string, name: string) => {
    setStep({ type: 'reading', done: 0, total: pasted.length });
    client().readText(pasted, name);
  };
  const back = () => {
    client().cancel();
    setStep({ type: 'source' });
  };
  const choices = {
    planned,
    onChoice: (choice: AnyChoice) => client().plan(choice),
    onUse: (choice: AnyChoice) => {
      testShare.current = choice.testShare;
      client().use(choice);
    },
    onBack: back,
  };

  return (
    <dialog
      ref={dialog}
      class="own"
      aria-labelledby={title}
      onClose={onClose}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        files([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <header class="own-head">
        <h2 id={title}>{say.title}</h2>
        <p class="note">{say.private}</p>
        <button
          class="button quiet icon"
          type="button"
          aria-label={say.close}
          onClick={() => dialog.current?.close()}
        >
          <svg class="icon-svg" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M5 5l10 10M15 5L5 15" />
          </svg>
        </button>
      </header>
      {step.type === 'source' && <SourceStep problem={step.problem} onFiles={files} onText={text} />}
      {step.type === 'reading' && <ReadingStep done={step.done} total={step.total} onCancel={back} />}
      {step.type === 'chosen' &&
        (step.summary.type === 'table' ? (
          <TableStep summary={step.summary.table} {...choices} />
        ) : (
          <ImagesStep summary={step.summary.images} {...choices} />
        ))}
    </dialog>
  );
}

/** Opens a dialog over the page for as long as the component is there. */
function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current!.showModal();
    return () => {
      // What is taken from the page while it is open gives no focus back.
      dialog.current?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return dialog;
}

/** A worker for as long as the component is there; made when it is first asked. */
function useAnswers(onAnswer: (answer: FromOwnWorker) => void): () => OwnClient {
  const handler = useRef(onAnswer);
  handler.current = onAnswer;
  const client = useRef<OwnClient>(undefined);
  useEffect(() => () => client.current?.close(), []);
  return () => (client.current ??= new OwnClient((answer) => handler.current(answer)));
}
