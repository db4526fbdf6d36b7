// What the gradient is scaled by so that its global norm is at most `limit`: limit / (norm + 1e-6), but
// no more than 1 (PyTorch's clip_grad_norm_). squares: [count], the sums of squares of all gradients;
// out: [1]. One invocation. Oracle: clipFactor.
//#include numbers

struct Params { count: u32, limit: f32 }

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> squares: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(1)
fn main() {
  var sum = 0.0;
  for (var i = 0u; i < params.count; i++) {
    sum += squares[i];
  }
  // A norm beyond float32 would scale everything to 0 and hide it.
  out[0] = select(notANumber(), min(1.0, params.limit / (sqrt(sum) + 1e-6)), isFinite(sum));
}
