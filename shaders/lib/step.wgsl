// What changes from step to step: a table that the host computes in double precision and uploads once
// per submit, and the clock that says which row of it is due.
struct Step {
  first: u32, // first row of the batch
  shuffleKey: u32, // 0: rows in their own order
  dropoutKey: u32,
  learningRate: f32,
  correctionM: f32, // Adam: 1 / (1 - beta1^t)
  correctionV: f32, // Adam: 1 / (1 - beta2^t)
  rows: u32, // rows of the batch
  steps: u32, // steps of the dispatch that begins with this one, where a dispatch takes many
}
