//! What the rules themselves cost: one chunk from a source through a Transform into a sink, with
//! implementations that answer at once.

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spillway_streams::{Call, Machine, ReadOptions, Sides, StageId, StageOptions, WriteOptions};

const SOURCE: StageId = StageId(0);
const MIDDLE: StageId = StageId(1);
const SINK: StageId = StageId(2);

fn three_stages(c: &mut Criterion) {
    let mut group = c.benchmark_group("a chunk through three stages");
    group.throughput(Throughput::Elements(1));
    for (name, sides, size) in [
        ("PassThrough, 64 KiB", Sides::PassThrough, 65_536),
        ("Transform, 64 KiB", Sides::Transform, 65_536),
        // Sixteen of them fit below the mark: most writes answer true.
        ("Transform, 4 KiB", Sides::Transform, 4_096),
    ] {
        let mut pipe = Pipe::new(sides, size);
        group.bench_function(name, |b| b.iter(|| pipe.until_written()));
    }
    group.finish();
}

/// A source that never ends, piped through a stage into a sink.
struct Pipe {
    machine: Machine,
    chunk: Bytes,
}

impl Pipe {
    fn new(sides: Sides, size: usize) -> Self {
        let read = Some(ReadOptions {
            mark: 65_536,
            ..ReadOptions::default()
        });
        let write = Some(WriteOptions {
            mark: 65_536,
            ..WriteOptions::default()
        });
        let mut machine = Machine::new();
        for (read, write) in [(read, None), (read, write), (None, write)] {
            machine.add(StageOptions {
                read,
                write,
                sides,
                ..StageOptions::default()
            });
        }
        for (from, to) in [(SOURCE, MIDDLE), (MIDDLE, SINK)] {
            let piped = machine.pipe(from, to);
            assert!(piped.is_ok(), "{piped:?}");
        }
        Self {
            machine,
            chunk: Bytes::from(vec![b'x'; size]),
        }
    }

    /// Goes on as a driver does, until the sink has written one more chunk.
    fn until_written(&mut self) {
        loop {
            self.machine.tick();
            while self.machine.poll_event().is_some() {}
            match self.machine.poll_call() {
                Some(Call::Read { stage, .. }) => {
                    self.machine.handle_push(stage, Some(self.chunk.clone()));
                }
                Some(Call::Transform { stage, chunk }) => {
                    self.machine.handle_transform_done(stage, Ok(vec![chunk]));
                }
                Some(Call::Write { stage, .. }) => {
                    self.machine.handle_write_done(stage, Ok(()));
                    return;
                }
                other => panic!("the pipe has stopped: {other:?}"),
            }
        }
    }
}

/// Gives the macro's function no name that could be seen, and so needs no words about it.
mod groups {
    super::criterion_group!(benches, super::three_stages);
}

criterion_main!(groups::benches);
