import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Longer than a kernel may take: what never ends is then named by katman/testing, not by vitest.
    testTimeout: 30_000,
    // Each file has a browser of its own: one after the other where there are few cores.
    fileParallelism: false,
  },
});
