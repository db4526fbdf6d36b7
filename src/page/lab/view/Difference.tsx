import { structuredPatch } from 'diff';
import { useMemo } from 'preact/hooks';
import { inLanguage } from '../../language.ts';

const sentences = {
  en: {
    same: 'The text in the editor is the same.',
    label: (name: string) => `From ${name} to the text in the editor`,
  },
  tr: {
    same: 'Düzenleyicideki metin aynı.',
    label: (name: string) => `${name} ile düzenleyicideki metin arasında`,
  },
};

const KINDS: Readonly<Record<string, string>> = { '+': 'added', '-': 'gone', ' ': 'kept' };

/** What changed between two texts, with three lines around each change. */
export function Difference({ before, after, name }: { before: string; after: string; name: string }) {
  const say = inLanguage(sentences);
  const { hunks } = useMemo(
    () => structuredPatch('', '', before, after, '', '', { context: 3 }),
    [before, after],
  );
  if (!hunks.length) return <p class="note">{say.same}</p>;
  return (
    <pre class="diff" tabIndex={0} role="region" aria-label={say.label(name)}>
      {hunks.map(({ oldStart, newStart, lines }) => (
        <>
          <span class="hunk">{`@@ ${oldStart} → ${newStart}\n`}</span>
          {lines.map((line) => (
            <span class={KINDS[line[0]] ?? 'kept'}>{`${line}\n`}</span>
          ))}
        </>
      ))}
    </pre>
  );
}
