import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { DAWN_PACKAGE, findDawn } from '../../scripts/dawn.mjs';
import { katman } from '../cli/command.ts';

/** Where no Firefox is found by name. */
const NOWHERE = { PATH: '/no/such' };

describe('what is not there ends in one sentence that says what to install, and exit code 3', () => {
  const commands = ['check', 'check --golden golden', 'train'];

  it.each(commands)('Firefox: %s', async (command) => {
    const { code, stderr, stdout } = await katman([...command.split(' '), '--browser', 'firefox'], {
      env: { KATMAN_FIREFOX: '/no/such' },
    });
    expect(stderr).toMatch(/KATMAN_FIREFOX names '\/no\/such'.*firefox-esr mesa-vulkan-drivers/);
    expect(stdout).not.toMatch(/✓|passed/);
    expect(code).toBe(3);
  });

  it.each(commands)('the package webgpu: %s', async (command) => {
    const { code, stderr, stdout } = await katman([...command.split(' '), '--browser', 'node'], {
      env: { KATMAN_WEBGPU: '/no/such' },
    });
    expect(stderr).toContain(`npm install --no-save ${DAWN_PACKAGE}`);
    expect(stdout).not.toMatch(/✓|passed/);
    expect(code).toBe(3);
  });

  it('the package webgpu in node_modules', () => {
    expect(() => findDawn(tmpdir())).toThrow(
      `The package webgpu, which --browser node computes with, is not installed: npm install --no-save ${DAWN_PACKAGE}`,
    );
  });

  it('no Firefox anywhere', async () => {
    const { code, stderr } = await katman(['check', '--browser', 'firefox'], { env: NOWHERE });
    expect(stderr).toMatch(/No Firefox was found: install it .*firefox-esr mesa-vulkan-drivers/);
    expect(code).toBe(3);
  });

  it('a browser that nobody knows: exit code 2', async () => {
    const { code, stderr } = await katman(['check', '--browser', 'safari']);
    expect(stderr).toMatch(/chrome, firefox, node/);
    expect(code).toBe(2);
  });

  it('a process of Node that cannot load the package says why', async () => {
    const { code, stderr } = await katman(['check', '--browser', 'node'], {
      env: { KATMAN_WEBGPU: 'node_modules/commander' },
    });
    expect(stderr).toMatch(/No Node here has an adapter that computes[\s\S]*The process of Node ended/);
    expect(code).toBe(3);
  });
});
