// The rows of this step's batch, copied out of the resident data: row i of out is row first + i of
// the data, or of its shuffled order. data: rows start .. start + held - 1 of a set of `total` rows
// (a large set lies in several buffers; each is asked, and gives the rows it holds); out: [m, width].
// schedule: one row per step of the submit; clock: [1], the step due. Oracle: batch.
//#include grid
//#include shuffle
//#include step

struct Params { m: u32, width: u32, total: u32, start: u32, held: u32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> data: array<f32>;
@group(0) @binding(2) var<storage, read> schedule: array<Step>;
@group(0) @binding(3) var<storage, read> clock: array<u32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let index = flat(workgroup, workgroups) * 64u + local;
  if index >= params.m * params.width { return; }
  let row = sourceRow(index / params.width, params.total, schedule[clock[0]]);
  // Unsigned: a row before `start` wraps to a large number and is not held either.
  let place = row - params.start;
  if place < params.held { out[index] = data[place * params.width + index % params.width]; }
}
