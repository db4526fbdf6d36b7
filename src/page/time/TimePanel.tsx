import { useEffect, useState } from 'preact/hooks';
import { PHASES, type Phase } from '../../network/plan.ts';
import type { StepProfile } from '../../session/profileStep.ts';
import { formatCount, formatScore, formatTime } from '../format.ts';
import { asked, lookInto } from '../inside/state.ts';
import { inLanguage } from '../language.ts';
import { profile } from '../state/actions.ts';
import { noGpu, profiled } from '../state/store.ts';
import { lazy } from '../view/lazy.tsx';

const Inside = lazy(async () => (await import('../inside/Inside.tsx')).Inside);

const sentences = {
  en: {
    measuring: 'Measuring each pass of a step…',
    none: 'There is no GPU here; the CPU makes each step in one piece.',
    problem: (reason: string) => `The passes cannot be timed: ${reason}`,
    again: 'Measure again',
    head: (plan: string, rows: string, time: string) => `${plan}: ${time} for a step of ${rows} rows`,
    passes: (plan: string) => `Passes of a step, ${plan}`,
    stamps: 'Each pass by itself, repeated, by the timestamps of the GPU; weights stay as they are.',
    wall: 'There are no timestamps here: these are estimates by the page’s own clock, each pass repeated.',
    keys: 'Left and right go from pass to pass, Enter looks inside.',
    inside: 'Choose a pass to look inside: what it reads and what it makes, beside what the oracle wants.',
    phases: {
      batch: 'batch',
      forward: 'forward',
      loss: 'loss',
      backward: 'backward',
      update: 'update',
      record: 'record',
    },
    whole: 'the whole step in one pass',
    ofStep: (share: string) => `${share} of all passes`,
  },
  tr: {
    measuring: 'Bir adımın her geçişi ölçülüyor…',
    none: 'Burada GPU yok; CPU her adımı tek parça atar.',
    problem: (reason: string) => `Geçişler ölçülemiyor: ${reason}`,
    again: 'Yeniden ölç',
    head: (plan: string, rows: string, time: string) => `${plan}: ${rows} satırlık bir adım ${time}`,
    passes: (plan: string) => `Bir adımın geçişleri, ${plan}`,
    stamps: 'Her geçiş tek başına, yinelenerek, GPU’nun zaman damgalarıyla; ağırlıklar değişmez.',
    wall: 'Burada zaman damgası yok: bunlar, her geçiş yinelenerek, sayfanın saatiyle yapılan kestirimlerdir.',
    keys: 'Sol ve sağ oklar geçişler arasında gezer, Enter içine bakar.',
    inside: 'İçine bakmak için bir geçiş seç: okudukları ve yaptıkları, denetçinin istediğinin yanında.',
    phases: {
      batch: 'yığın',
      forward: 'ileri',
      loss: 'kayıp',
      backward: 'geri',
      update: 'güncelleme',
      record: 'kayıt',
    },
    whole: 'bütün adım tek geçişte',
    ofStep: (share: string) => `bütün geçişlerin ${share} kadarı`,
  },
};

/** Where the time of a step goes: a row of its passes for each plan. It is measured when it is first shown. */
export function TimePanel() {
  const say = inLanguage(sentences);
  const found = profiled.value;
  useEffect(() => {
    if (!profiled.value) profile();
  }, []);
  if (noGpu.value) return <p>{say.none}</p>;
  if (!found) return <p role="status">{say.measuring}</p>;
  if (found.problem) return <p role="status">{say.problem(found.problem)}</p>;
  const phases = PHASES.filter((phase) =>
    found.profiles.some(({ passes }) => passes.some((pass) => pass.phase === phase)),
  );
  return (
    <>
      {found.profiles.map((one) => (
        <Row key={one.plan} {...one} />
      ))}
      <p class="legend phases" aria-hidden="true">
        {phases.map((phase) => (
          <span class="phase" data-phase={phase}>
            {say.phases[phase]}
          </span>
        ))}
      </p>
      {asked.value ? <Inside /> : <p class="look-hint">{say.inside}</p>}
      <p class="help">
        {found.profiles[0]?.clock === 'wall' ? say.wall : say.stamps} {say.keys}
      </p>
      <button type="button" class="button small" id="time-again" onClick={profile}>
        {say.again}
      </button>
    </>
  );
}

/** One step: as wide as its passes take long. */
function Row({ plan, rows, step, passes }: StepProfile) {
  const say = inLanguage(sentences);
  const [at, go] = useState(() =>
    passes.reduce((most, { time }, i) => (time > passes[most].time ? i : most), 0),
  );
  const { label, kernel, phase, time, share } = passes[Math.min(at, passes.length - 1)];
  const word = (one: Phase) => (passes.length > 1 ? say.phases[one] : say.whole);
  const isOpen = (pass: string) => asked.value?.plan === plan && asked.value.pass === pass;
  const press = (event: KeyboardEvent) => {
    const last = passes.length - 1;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(last, to));
    const row = event.currentTarget as HTMLElement;
    (row.children[next] as HTMLElement).focus();
    go(next);
  };
  return (
    <section class="times-of-step" data-plan={plan}>
      <h3>{say.head(plan, formatCount(rows), formatTime(step))}</h3>
      <div class="flame" role="toolbar" aria-label={say.passes(plan)} onKeyDown={press}>
        {passes.map((pass, i) => (
          <button
            type="button"
            key={pass.label}
            data-phase={pass.phase}
            data-pass={pass.label}
            class={i === at ? 'now' : undefined}
            aria-expanded={isOpen(pass.label)}
            tabIndex={i === at ? 0 : -1}
            aria-label={`${word(pass.phase)}, ${pass.label}: ${formatTime(pass.time)}, ${formatScore(pass.share, false)}`}
            style={{ flexGrow: pass.share }}
            onPointerEnter={() => go(i)}
            onFocus={() => go(i)}
            onClick={() => {
              go(i);
              lookInto({ plan, pass: pass.label });
            }}
          />
        ))}
      </div>
      <p class="pass-now">
        <b>{label}</b> <span>{kernel}</span> <span>{word(phase)}</span> <b>{formatTime(time)}</b>{' '}
        <span>{say.ofStep(formatScore(share, false))}</span>
      </p>
    </section>
  );
}
