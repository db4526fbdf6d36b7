import { inLanguage } from '../language.ts';

const sentences = {
  en: {
    firefox:
      'In Firefox, open about:config and set dom.webgpu.enabled to true, or take version 141 or newer on Windows.',
    safari: 'WebGPU comes with Safari 26: update macOS or iOS.',
    linux:
      'In Chrome on Linux, open chrome://flags, switch on “Unsafe WebGPU Support” and “Vulkan”, and start it again.',
    chrome: 'Update Chrome or Edge, and see at chrome://gpu whether graphics acceleration is switched on.',
    other: 'A current Chrome, Edge, Safari or Firefox has WebGPU.',
  },
  tr: {
    firefox:
      'Firefox’ta about:config sayfasını açıp dom.webgpu.enabled ayarını true yap; Windows’ta 141 ve sonrası yeter.',
    safari: 'WebGPU Safari 26 ile gelir: macOS’u ya da iOS’u güncelle.',
    linux:
      'Linux’ta Chrome için chrome://flags sayfasında “Unsafe WebGPU Support” ve “Vulkan” seçeneklerini açıp yeniden başlat.',
    chrome:
      'Chrome ya da Edge’i güncelle ve chrome://gpu sayfasında grafik hızlandırmanın açık olduğuna bak.',
    other: 'Güncel Chrome, Edge, Safari ve Firefox’ta WebGPU vardır.',
  },
};

/** What to do about a missing WebGPU in this browser. */
export function advice(agent: string): string {
  const say = inLanguage(sentences);
  if (/firefox/i.test(agent)) return say.firefox;
  if (/chrome|chromium|edg/i.test(agent))
    return /linux/i.test(agent) && !/android/i.test(agent) ? say.linux : say.chrome;
  return /safari/i.test(agent) ? say.safari : say.other;
}
