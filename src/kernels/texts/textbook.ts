import activation from '../../../shaders/activation.wgsl?raw';
import activationGrad from '../../../shaders/activationGrad.wgsl?raw';
import batch from '../../../shaders/batch.wgsl?raw';
import clipFactor from '../../../shaders/clipFactor.wgsl?raw';
import columnSums from '../../../shaders/columnSums.wgsl?raw';
import dropout from '../../../shaders/dropout.wgsl?raw';
import hits from '../../../shaders/hits.wgsl?raw';
import loss from '../../../shaders/loss.wgsl?raw';
import matmul from '../../../shaders/matmul.wgsl?raw';
import matmulBlocks from '../../../shaders/matmulBlocks.wgsl?raw';
import matmulShared from '../../../shaders/matmulShared.wgsl?raw';
import matmulTiled from '../../../shaders/matmulTiled.wgsl?raw';
import mean from '../../../shaders/mean.wgsl?raw';
import outputGrad from '../../../shaders/outputGrad.wgsl?raw';
import record from '../../../shaders/record.wgsl?raw';
import softmax from '../../../shaders/softmax.wgsl?raw';
import squares from '../../../shaders/squares.wgsl?raw';
import update from '../../../shaders/update.wgsl?raw';
import type { Texts } from '../load.ts';

/** The texts of the textbook plan: every formula by itself. */
export const texts = {
  kernels: {
    activation,
    activationGrad,
    batch,
    clipFactor,
    columnSums,
    dropout,
    hits,
    loss,
    matmul,
    matmulBlocks,
    matmulShared,
    matmulTiled,
    mean,
    outputGrad,
    record,
    softmax,
    squares,
    update,
  },
  library: {},
} satisfies Texts;
