// The place that shuffling sends row i of n to: the same integers as shuffled() in src/random.ts.
// Every line is a bijection of the integers below the next power of two, so repeating it until the
// result is below n is a permutation of 0 .. n - 1 that needs no table.
//#include mix
//#include step

fn shuffled(row: u32, n: u32, key: u32) -> u32 {
  let bits = 32u - countLeadingZeros(n - 1u);
  let mask = (1u << (bits & 31u)) - 1u;
  let shift = (bits >> 1u) + 1u;
  var i = row;
  loop {
    var round = key;
    for (var r = 0u; r < 4u; r++) {
      i = (i ^ round) & mask;
      i = (i * ((round >> 3u) | 1u)) & mask;
      i ^= i >> shift;
      i = (i + (round >> 11u)) & mask;
      round = mix32(round);
    }
    if i < n { break; }
  }
  return i;
}

// The row of the data that is row `row` of this step's batch.
fn sourceRow(row: u32, total: u32, step: Step) -> u32 {
  let source = step.first + row;
  if step.shuffleKey == 0u { return source; }
  return shuffled(source, total, step.shuffleKey);
}
