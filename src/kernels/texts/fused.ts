import clipNorm from '../../../shaders/clipNorm.wgsl?raw';
import fusedBackward from '../../../shaders/fusedBackward.wgsl?raw';
import fusedForward from '../../../shaders/fusedForward.wgsl?raw';
import fusedOutput from '../../../shaders/fusedOutput.wgsl?raw';
import fusedUpdate from '../../../shaders/fusedUpdate.wgsl?raw';
import block from '../../../shaders/lib/block.wgsl?raw';
import parts from '../../../shaders/lib/parts.wgsl?raw';
import quad from '../../../shaders/lib/quad.wgsl?raw';
import tile from '../../../shaders/lib/tile.wgsl?raw';
import workspace from '../../../shaders/lib/workspace.wgsl?raw';
import type { Texts } from '../load.ts';

/** The texts of the fused plan. */
export const texts = {
  kernels: { clipNorm, fusedBackward, fusedForward, fusedOutput, fusedUpdate },
  library: { block, parts, quad, tile, workspace },
} satisfies Texts;
