import { useState } from 'preact/hooks';
import { formatBytes, formatCount, formatRate, formatTime, NONE } from '../format.ts';
import { inLanguage } from '../language.ts';
import { verify } from '../state/actions.ts';
import { adapter, certificate, noGpu, phase, progress, summary, verification } from '../state/store.ts';
import { Icon } from './Icon.tsx';
import { lazy } from './lazy.tsx';

const TimePanel = lazy(async () => (await import('../extras.ts')).TimePanel);

const sentences = {
  en: {
    machine: 'What this machine is doing',
    kinds: { hardware: 'hardware', software: 'software', unknown: 'kind unknown' },
    cpu: 'CPU, no WebGPU',
    holds: 'What holds on this device',
    notMeasured: 'not measured yet',
    plan: 'plan',
    steps: 'What makes the steps',
    explains:
      'Each plan gives the same numbers within their bounds. With the plan “the fastest” they are timed on your device while it trains.',
    perSecond: 'steps/s',
    perStep: 'GPU a step',
    time: 'Where the time goes',
    memory: 'of GPU memory',
    parameters: 'parameters',
    verify: 'Verify this GPU',
    verified: 'Verified',
    before: 'before, on this device',
    agree: (passed: number, planned: number) => `${passed} of ${planned} results agree with the oracle`,
    replaced: (count: number) => `, ${count} kernel replaced`,
    not: 'not verified',
    close: 'Close',
  },
  tr: {
    machine: 'Bu makine ne yapıyor',
    kinds: { hardware: 'donanım', software: 'yazılım', unknown: 'türü bilinmiyor' },
    cpu: 'CPU, WebGPU yok',
    holds: 'Bu aygıtta geçerli olan',
    notMeasured: 'henüz ölçülmedi',
    plan: 'plan',
    steps: 'Adımları ne atıyor',
    explains:
      'Her plan sınırları içinde aynı sayıları verir. “En hızlısı” seçilince eğitim sürerken aygıtında ölçülürler.',
    perSecond: 'adım/sn',
    perStep: 'adım başına GPU',
    time: 'Zaman nereye gidiyor',
    memory: 'GPU belleği',
    parameters: 'parametre',
    verify: 'Bu GPU’yu doğrula',
    verified: 'Doğrulandı',
    before: 'daha önce, bu aygıtta',
    agree: (passed: number, planned: number) => `${planned} sonuçtan ${passed} tanesi denetçiyle aynı`,
    replaced: (count: number) => `, ${count} çekirdek değiştirildi`,
    not: 'doğrulanmadı',
    close: 'Kapat',
  },
};

/** What computes, how fast, and whether it computes rightly. */
export function TruthBar() {
  const say = inLanguage(sentences);
  const { rate = 0, gpuPerStep, plan = '', bytes = 0 } = progress.value ?? {};
  const parameters = summary.value?.parameters;
  return (
    <footer class="truth" aria-label={say.machine}>
      <ul>
        <li>
          <button class="plain" type="button" popovertarget="device" title={say.holds}>
            <b id="adapter">{adapterName()}</b>
          </button>
          {adapter.value && (
            <span id="adapter-kind">
              {
                say.kinds[
                  adapter.value.kind === 'software'
                    ? 'software'
                    : adapter.value.kind === 'unknown'
                      ? 'unknown'
                      : 'hardware'
                ]
              }
            </span>
          )}
        </li>
        <li class="wide">
          {say.plan}
          <button class="plain" type="button" popovertarget="plans" title={say.steps}>
            <b id="plan">{plan || NONE}</b>
          </button>
        </li>
        <li class="rate">
          <b id="rate">{phase.value === 'playing' && rate ? formatRate(rate) : NONE}</b> {say.perSecond}
        </li>
        <li class="wide steady">
          <button class="plain" type="button" popovertarget="time" title={say.time}>
            <b id="per-step">{gpuPerStep === undefined ? NONE : formatTime(gpuPerStep)}</b>
          </button>{' '}
          {say.perStep}
        </li>
        <li class="wide steady">
          <b>{bytes ? formatBytes(bytes) : NONE}</b> {say.memory}
        </li>
        <li class="wide widest">
          <b id="parameters">{parameters === undefined ? NONE : formatCount(parameters)}</b> {say.parameters}
        </li>
      </ul>
      <Verdict />
      <div id="plans" class="popover" popover="auto">
        <h2>{say.steps}</h2>
        <p>{say.explains}</p>
        <ul>
          {progress.value?.measured.map((line) => (
            <li key={line}>{line}</li>
          ))}
          {!progress.value?.measured.length && <li>{plan || say.notMeasured}</li>}
        </ul>
        <TimeButton />
      </div>
      <div id="device" class="popover" popover="auto">
        <h2>{say.holds}</h2>
        <ul>
          {certificate.value.map((line) => (
            <li key={line}>{line}</li>
          ))}
          {!certificate.value.length && <li>{noGpu.value ?? say.notMeasured}</li>}
        </ul>
        <TimeButton />
      </div>
      <TimePopover />
    </footer>
  );
}

/** Shows one popover in the place of another. */
function TimeButton() {
  const show = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    currentTarget.closest<HTMLElement>('[popover]')!.hidePopover();
    document.getElementById('time')!.showPopover();
  };
  return (
    <button class="button small" type="button" onClick={show}>
      {inLanguage(sentences).time}
    </button>
  );
}

/** What is not shown is not measured. */
function TimePopover() {
  const [open, set] = useState(false);
  return (
    <div id="time" class="popover" popover="auto" onToggle={({ newState }) => set(newState === 'open')}>
      <h2>{inLanguage(sentences).time}</h2>
      {open && <TimePanel />}
    </div>
  );
}

function adapterName(): string {
  if (noGpu.value) return inLanguage(sentences).cpu;
  if (!adapter.value) return NONE;
  const { vendor, architecture, description } = adapter.value;
  return [vendor, architecture].filter(Boolean).join(' ') || description || 'GPU';
}

function Verdict() {
  const say = inLanguage(sentences);
  const found = verification.value;
  if (noGpu.value) return <span class="verdict">{say.not}</span>;
  return (
    <button class="verdict plain" type="button" id="verify" title={say.verify} onClick={verify}>
      {found ? (
        <>
          <Icon name="check" />
          <b>{say.verified}</b>
          <span class="why">
            {found.remembered ? say.before : say.agree(found.passed, found.planned)}
            {found.routedAround.length > 0 && say.replaced(found.routedAround.length)}
          </span>
        </>
      ) : (
        <span class="why">{say.verify}</span>
      )}
    </button>
  );
}
