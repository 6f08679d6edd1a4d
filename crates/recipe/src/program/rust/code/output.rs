/// Where a stage gives its chunks: one pipe or several.
struct Output(Vec<Sender>);

impl Output {
    fn give(&self, chunk: Chunk) -> Result {
        if !chunk.is_empty() {
            for to in &self.0 {
                to.send(chunk.clone())?;
            }
        }
        Ok(())
    }
}
