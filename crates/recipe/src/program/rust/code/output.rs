/// Where a stage gives its chunks: one pipe or several.
#[derive(Default)]
struct Output(Vec<Sender>);

impl Output {
    /// A stage that takes no more has failed, and ends the program.
    fn give(&self, chunk: Chunk) {
        for to in self.0.iter().filter(|_| !chunk.is_empty()) {
            to.send(chunk.clone()).ok();
        }
    }
}
