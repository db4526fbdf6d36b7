// The end of a step: its loss (and accuracy) go to their place in the history of this submit, and the
// clock moves on. loss, accuracy: [1]; history: [steps of the submit, 2]; clock: [1].
// One invocation. Oracle: record.

@group(0) @binding(1) var<storage, read> loss: array<f32>;
@group(0) @binding(2) var<storage, read_write> history: array<f32>;
@group(0) @binding(3) var<storage, read_write> clock: array<u32>;
//#if ACCURACY
@group(0) @binding(4) var<storage, read> accuracy: array<f32>;
//#endif

@compute @workgroup_size(1)
fn main() {
  let step = clock[0];
  history[2u * step] = loss[0];
  //#if ACCURACY
  history[2u * step + 1u] = accuracy[0];
  //#endif
  clock[0] = step + 1u;
}
