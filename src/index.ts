export { Dataset, type DatasetFields, type Task } from './data/dataset.ts';
export { type Column } from './data/features.ts';
export { type GeneratorOptions, datasets } from './data/generators.ts';
export { type Standardization } from './data/standardize.ts';
export * from './errors.ts';
export { type ModelFile, type ModelLayer } from './formats/model.ts';
export { type ModelPart, readModelFiles, writeModelFiles } from './formats/modelFiles.ts';
export { type ReadOptions } from './formats/readModel.ts';
export { type AdapterDescription } from './gpu/adapter.ts';
export { type Buffer, type Counts, type Gpu } from './gpu/gpu.ts';
export { type Kernel, type Params } from './gpu/kernel.ts';
export { type OpenOptions, openGpu } from './gpu/open.ts';
export { type RunKernelOptions, runKernel } from './gpu/run.ts';
export { type KernelName, kernels } from './kernels/index.ts';
export { type Accuracy, type Certificate, certify } from './lab/certificate.ts';
export { type CheckOptions, type KernelReport, type LevelReport, checkKernel } from './lab/check.ts';
export { type Worst } from './lab/compare.ts';
export { type Case, type Level } from './lab/contract.ts';
export { type SelfTest } from './lab/selfTest.ts';
export { type Initializer, type LayerParameters } from './network/initialize.ts';
export { type Activation, type Architecture, type DenseLayer, type Loss, dense } from './network/layers.ts';
export { type Schedule } from './network/learningRate.ts';
export {
  type AdamOptions,
  type CommonOptions,
  type MomentumOptions,
  type Optimizer,
  type OptimizerName,
  type RmspropOptions,
  adam,
  adamw,
  momentum,
  nesterov,
  rmsprop,
  sgd,
} from './network/optimizer.ts';
export { type Tile } from './network/plan.ts';
export { type Examples } from './network/residentData.ts';
export { type Choice } from './session/choice.ts';
export { CpuNetwork } from './session/cpuNetwork.ts';
export { type Divergence } from './session/divergence.ts';
export { type Metrics } from './session/metrics.ts';
export { Network } from './session/network.ts';
export {
  type CheckpointOptions,
  type EarlyStopping,
  type EpochReport,
  type FitOptions,
  type History,
  type PlanName,
  type Progress,
  type Segment,
} from './session/options.ts';
export { type ClassWeight } from './session/targets.ts';
export { type NetworkOptions, type Trainable } from './session/trainable.ts';
export { type RunReport, type Training } from './session/training.ts';
export { type Candidate } from './session/tuner.ts';
export { type Verification } from './session/verify.ts';
