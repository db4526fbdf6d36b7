// What changes from step to step: a table that the host computes in double precision and uploads once
// per submit, and the clock that says which row of it is due.
struct Step {
  first: u32, // first row of the batch
  shuffleKey: u32, // 0: rows in their own order
  learningRate: f32,
  reserved: u32,
}
