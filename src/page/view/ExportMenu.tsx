import { MODEL_FORMATS, type ModelFormat } from '../../formats/modelFiles.ts';
import { inLanguage } from '../language.ts';
import { exportAs } from '../state/actions.ts';
import { weights } from '../state/store.ts';
import { Icon } from './Icon.tsx';

const sentences = {
  en: {
    export: 'Export',
    title: 'Take the network away',
    about: {
      safetensors: 'weights, preprocessing and metrics; katman predict reads it',
      onnx: 'for onnxruntime and most other programs',
      json: 'everything as text',
      script: 'a program without dependencies that predicts',
      typescript: 'the same with types',
      tfjs: 'model.json and weights.bin for TensorFlow.js',
    },
  },
  tr: {
    export: 'Dışa aktar',
    title: 'Ağı götür',
    about: {
      safetensors: 'ağırlıklar, ön işleme ve ölçümler; katman predict okur',
      onnx: 'onnxruntime ve çoğu başka program için',
      json: 'her şey metin olarak',
      script: 'bağımlılığı olmayan, kendi başına tahmin eden program',
      typescript: 'aynısı, tipleriyle',
      tfjs: 'TensorFlow.js için model.json ve weights.bin',
    },
  },
} satisfies Record<'en' | 'tr', { export: string; title: string; about: Record<ModelFormat, string> }>;

const LABELS: Record<ModelFormat, string> = {
  safetensors: 'safetensors',
  onnx: 'ONNX',
  json: 'JSON',
  script: 'JavaScript',
  typescript: 'TypeScript',
  tfjs: 'TensorFlow.js',
};

/** The network as it is now, as a file. */
export function ExportMenu() {
  const say = inLanguage(sentences);
  return (
    <>
      <button
        class="button quiet"
        type="button"
        popovertarget="export"
        aria-label={say.export}
        disabled={!weights.value}
      >
        <Icon name="down" />
        <span class="wide">{say.export}</span>
      </button>
      <div id="export" class="popover menu" popover="auto">
        <h2>{say.title}</h2>
        <ul>
          {(Object.keys(MODEL_FORMATS) as ModelFormat[]).map((name) => (
            <li key={name}>
              <button type="button" class="plain" data-format={name} onClick={() => exportAs(name)}>
                {LABELS[name]}
              </button>
              <span class="note"> {say.about[name]}</span>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
