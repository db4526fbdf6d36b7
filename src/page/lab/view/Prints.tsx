import { inLanguage } from '../../language.ts';

const sentences = {
  en: { none: 'What a kernel prints will stand here. This build of the lab reads no prints yet.' },
  tr: { none: 'Çekirdeğin yazdırdıkları burada duracak. Laboratuvarın bu sürümü henüz bunları okumaz.' },
};

/** What a kernel prints. */
export function Prints() {
  return <p class="note">{inLanguage(sentences).none}</p>;
}
