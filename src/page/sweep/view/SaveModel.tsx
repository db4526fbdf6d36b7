import { inLanguage } from '../../language.ts';
import { Icon } from '../../view/Icon.tsx';
import { model, report } from '../state/store.ts';

const sentences = {
  en: {
    title: 'The best model',
    save: 'Save the best model',
    file: (name: string) => `Save ${name}`,
    later: 'It is here as soon as the sweep has ended, if it runs with --save FILE.',
    none: 'No trial keeps its weights: run the sweep with --save FILE, or --save with the command above.',
  },
  tr: {
    title: 'En iyi model',
    save: 'En iyi modeli kaydet',
    file: (name: string) => `${name} dosyasını kaydet`,
    later: 'Tarama --save DOSYA ile çalışıyorsa, bitince burada olur.',
    none: 'Hiçbir deneme ağırlıklarını saklamaz: taramayı --save DOSYA ile ya da yukarıdaki komutu --save ile çalıştır.',
  },
};

/** The files of the model of the best configuration, where --save wrote them. */
export function SaveModel() {
  const say = inLanguage(sentences);
  const files = model.value;
  return (
    <>
      {files.map(({ name, url }) => (
        <a class="button small" data-action="save" href={url} download={name.split('/').at(-1)}>
          <Icon name="down" />
          {files.length === 1 ? say.save : say.file(name)}
        </a>
      ))}
    </>
  );
}

/** How there comes to be a model, where there is none. */
export function NoModel() {
  const say = inLanguage(sentences);
  if (model.value.length) return null;
  return (
    <>
      <h3>{say.title}</h3>
      <p class="help">{report.value!.state === 'running' ? say.later : say.none}</p>
    </>
  );
}
