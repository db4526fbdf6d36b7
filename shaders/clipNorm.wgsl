// What the gradient is scaled by so that its global norm is at most `limit`: squares [1], the sum of the squares
// of all gradients, and factor [1] = limit / (norm + 1e-6), but no more than 1. gradients: [PARTS, count], every dw
// and db of the network, whose parts are added first. One workgroup: strided sums, then a tree. Oracle: the textbook
// passes it stands for.
//#include numbers
//#include parts

override WORKGROUP = 64u;

struct Params { count: u32, limit: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(2) var<storage, read_write> squares: array<f32>;
@group(0) @binding(3) var<storage, read_write> factor: array<f32>;

var<workgroup> partial: array<f32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) local: u32) {
  var sum = 0.0;
  for (var i = local; i < params.count; i += WORKGROUP) {
    let gradient = whole(i, params.count);
    sum += gradient * gradient;
  }
  partial[local] = sum;
  for (var half = WORKGROUP / 2u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if local < half { partial[local] += partial[local + half]; }
  }
  if local > 0u { return; }
  squares[0] = partial[0];
  // A norm beyond float32 would scale everything to 0 and hide it.
  factor[0] = select(notANumber(), min(1.0, params.limit / (sqrt(partial[0]) + 1e-6)), isFinite(partial[0]));
}
