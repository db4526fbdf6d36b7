import type { Task } from '../../src/cli/tasks.ts';
import { judgeAttempt, onOwnDevice, printAttempt } from '../../src/lab/workbench/index.ts';
import type { PrintCase } from '../../src/lab/workbench/print.ts';
import type { Attempt, WorkbenchOptions } from '../../src/lab/workbench/types.ts';

interface PrintInput extends WorkbenchOptions {
  attempt: Attempt;
  on: PrintCase;
}

export const tasks: Record<string, Task> = {
  print: ({ attempt, on, ...options }: PrintInput) =>
    onOwnDevice((gpu) => printAttempt(gpu, attempt, on, options)),
  judge: ({ attempt }: PrintInput) => onOwnDevice((gpu) => judgeAttempt(gpu, attempt)),
};
