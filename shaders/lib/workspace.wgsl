// The tensors of a fused step lie in one buffer, the workspace, each at a place of its own; what a plan
// does not store has none.
//#include shuffle
//#include step
const NOWHERE = 0xffffffffu;

@group(0) @binding(1) var<storage, read_write> workspace: array<f32>;

fn put(at: u32, i: u32, value: f32) {
  if at != NOWHERE { workspace[at + i] = value; }
}

// The row of the data that is row `row` of this step's batch.
fn sourceRow(row: u32, total: u32, step: Step) -> u32 {
  var source = step.first + row;
  if step.shuffleKey != 0u { source = shuffled(source, total, step.shuffleKey); }
  return source;
}
