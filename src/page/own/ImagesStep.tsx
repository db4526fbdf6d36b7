import { useEffect, useRef, useState } from 'preact/hooks';
import { inLanguage } from '../language.ts';
import type { ImagesSummary, Thumbs } from './images.ts';
import { count } from './numbers.ts';
import type { AnyChoice } from './messages.ts';
import type { Planned } from './OwnData.tsx';
import { PlanView } from './PlanView.tsx';
import { ShareField } from './ShareField.tsx';
import { useHeadingFocus } from './focus.ts';

const sentences = {
  en: {
    found: (n: string, size: string, classes: string) => `${n} images of ${size} numbers, ${classes} classes`,
    test: (n: string) => `${n} of them are for the test, as the files say.`,
    first: (labels: string) => `The first images, with the labels ${labels}`,
  },
  tr: {
    found: (n: string, size: string, classes: string) => `${size} sayılık ${n} görüntü, ${classes} sınıf`,
    test: (n: string) => `Dosyalara göre bunların ${n} tanesi test için.`,
    first: (labels: string) => `İlk görüntüler; etiketleri ${labels}`,
  },
};

interface ImagesStepProps {
  readonly summary: ImagesSummary;
  readonly planned: Planned;
  readonly onChoice: (choice: AnyChoice) => void;
  readonly onUse: (choice: AnyChoice) => void;
  readonly onBack: () => void;
}

/** What was found in IDX files, and the share for the test where they do not say it. */
export function ImagesStep({ summary, planned, onChoice, onUse, onBack }: ImagesStepProps) {
  const say = inLanguage(sentences);
  const { name, rows, shape, classes, testRows, thumbs } = summary;
  const heading = useHeadingFocus();
  const [testShare, setTestShare] = useState(testRows === undefined ? 0.2 : 0);
  useEffect(() => onChoice({ testShare }), [testShare]);
  return (
    <div class="own-body">
      <section>
        <h3 ref={heading} tabIndex={-1}>
          {name}
        </h3>
        <p class="note">{say.found(count(rows), shape.join(' × '), count(classes.length))}</p>
        {thumbs && <FirstImages thumbs={thumbs} title={say.first(thumbs.labels.join(', '))} />}
        {testRows === undefined ? (
          <div class="own-fields">
            <ShareField value={testShare} onChange={setTestShare} />
          </div>
        ) : (
          <p class="note">{say.test(count(testRows))}</p>
        )}
      </section>
      <PlanView planned={planned} onUse={() => onUse({ testShare })} onBack={onBack} />
    </div>
  );
}

function FirstImages({ thumbs, title }: { thumbs: Thumbs; title: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { count: n, height, width, pixels } = thumbs;
  const stride = width + Math.ceil(width / 8);
  const across = n * stride - (stride - width);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const image = context.createImageData(across, height);
    for (let i = 0; i < n * width * height; i++) {
      const picture = Math.floor(i / (width * height));
      const row = Math.floor(i / width) % height;
      const at = 4 * (row * across + picture * stride + (i % width));
      image.data.fill(pixels[i], at, at + 3);
      image.data[at + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [thumbs]);
  return (
    <canvas ref={canvas} class="own-thumbs" width={across} height={height} role="img" aria-label={title} />
  );
}
