import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DoctorReceipt } from '../../src/cli/doctor.ts';
import { describeDifference } from '../../src/cli/doctorFlags.ts';
import { katman, useFolder, useTemporary } from './command.ts';

const folder = useFolder();
const { env, left } = useTemporary();

describe('katman doctor', () => {
  it('tries what is here, says which flag decides, and writes it down', async () => {
    const json = path.join(folder, 'doctor.json');
    const { code, stdout, stderr } = await katman(['doctor', '--json', json], { env });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^✓ chrome: /m);
    expect(stdout).toMatch(/^ {4}features: .*core-features-and-limits/m);
    expect(stdout).toMatch(/^ {4}limits: maxBufferSize \d+, /m);
    const { schema, tried, differences, verdicts }: DoctorReceipt = JSON.parse(readFileSync(json, 'utf8'));
    expect(schema).toBe('katman-doctor/1');
    const works = tried.find(({ target, probe }) => target === 'chrome' && probe)!;
    expect(works.probe!.limits.maxComputeWorkgroupSizeX).toBeGreaterThanOrEqual(256);
    for (const { without, tried: other } of differences) {
      expect(works.flags).toContain(without);
      expect(other.flags).not.toContain(without);
      expect(other.probe ?? other.problem).toBeTruthy();
    }
    expect(differences.length).toBeGreaterThan(0);
    for (const sentence of verdicts) expect(stdout).toContain(sentence);
    expect(left()).toEqual([]);
  });

  it('says before the work that its result has no place: exit 4', async () => {
    const { code, stderr } = await katman(['doctor', '--json', path.join(folder, 'nowhere', 'x.json')]);
    expect(code, stderr).toBe(4);
  });
});

describe('a flag', () => {
  const rung = { target: 'chrome', path: '/c', source: '', adapter: 'software', flags: [] } as const;
  const adapter = {
    ...{ vendor: 'google', architecture: 'swiftshader', device: '', description: '' },
    ...{ isFallbackAdapter: true, kind: 'software' as const },
  };
  const best = { ...rung, probe: { adapter, features: [], limits: {} } };

  it('makes the difference, or none', () => {
    const none = { without: '--enable-unsafe-webgpu', tried: { ...rung, problem: 'no adapter' } };
    expect(describeDifference(none, best)).toBe(
      'Without --enable-unsafe-webgpu: nothing that computes (no adapter); with it: google swiftshader (software).',
    );
    expect(describeDifference({ without: '--use-gl=egl', tried: best }, best)).toMatch(
      /it makes no difference/,
    );
  });
});
