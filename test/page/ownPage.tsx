import { signal } from '@preact/signals';
import { render } from 'preact';
import { language } from '../../src/page/language.ts';
import { OwnData, type OwnDataset } from '../../src/page/own/OwnData.tsx';

/** The dialog of a person's own data by itself, and what it gave. */
const isOpen = signal(false);
const given: { data?: OwnDataset; closed: number } = { closed: 0 };
const longTasks: number[] = [];
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longTasks.push(duration);
}).observe({ type: 'longtask', buffered: false });
Object.assign(window, { given, longTasks, say: (to: 'en' | 'tr') => (language.value = to) });

function View() {
  return (
    <>
      <button id="open" class="button" type="button" onClick={() => (isOpen.value = true)}>
        Open
      </button>
      {isOpen.value && (
        <OwnData
          onUse={(data) => {
            given.data = data;
          }}
          onClose={() => {
            given.closed++;
            isOpen.value = false;
          }}
        />
      )}
    </>
  );
}

render(<View />, document.getElementById('view')!);
document.body.dataset.phase = 'ready';
