// Inclusive prefix sums: each workgroup adds up a block of SIZE numbers, in log2(SIZE) rounds.
const SIZE = 256u;

struct Params {
  n: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;

var<workgroup> sums: array<u32, SIZE>;

@compute @workgroup_size(SIZE)
fn prefixSum(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) i: u32) {
  sums[i] = 0u;
  if id.x < params.n {
    sums[i] = x[id.x];
  }
  workgroupBarrier();
  for (var distance = 1u; distance < SIZE; distance *= 2u) {
    var sum = sums[i];
    if i >= distance {
      sum += sums[i - distance];
    }
    workgroupBarrier();
    sums[i] = sum;
    workgroupBarrier();
  }
  if id.x < params.n {
    out[id.x] = sums[i];
  }
}
