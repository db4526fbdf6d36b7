// The gradients of a step, laid out as the parameters: where the rows of the batch were split, a copy for each of
// their PARTS, which holds the sums over its own rows.
const PARTS = 1u;

@group(0) @binding(5) var<storage, read_write> gradients: array<f32>;

// The gradient of the parameter at this place: its parts, added in their order and left in the first copy.
fn whole(place: u32, count: u32) -> f32 {
  var sum = gradients[place];
  for (var part = 1u; part < PARTS; part++) {
    sum += gradients[part * count + place];
  }
  if PARTS > 1u { gradients[place] = sum; }
  return sum;
}
