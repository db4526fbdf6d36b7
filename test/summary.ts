import type { Reporter, TestModule } from 'vitest/node';

/**
 * The last line of a run: `N passed, N failed`. A skipped test, an error outside of any test, and a
 * run in which nothing ran count as failed.
 */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        if (test.result().state === 'passed') passed++;
        else failed++;
      }
    }
    if (passed === 0 && failed === 0) failed = 1;
    // Written when all else has been said.
    process.once('exit', () => {
      process.stdout.write(`${passed} passed, ${failed} failed\n`);
      if (failed && !process.exitCode) process.exitCode = 1;
    });
  }
}
