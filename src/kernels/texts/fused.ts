import clipNorm from '../../../shaders/clipNorm.wgsl?raw';
import fusedBackward from '../../../shaders/fusedBackward.wgsl?raw';
import fusedForward from '../../../shaders/fusedForward.wgsl?raw';
import fusedOutput from '../../../shaders/fusedOutput.wgsl?raw';
import fusedUpdate from '../../../shaders/fusedUpdate.wgsl?raw';

/** The texts of the fused plan. */
export const texts = { clipNorm, fusedBackward, fusedForward, fusedOutput, fusedUpdate };
