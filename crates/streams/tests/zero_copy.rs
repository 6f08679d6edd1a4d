//! A chunk is handed on, never copied: it stays where it is in memory.

use bytes::Bytes;
use spillway_streams::{Call, Machine, ReadOptions, Sides, StageOptions, WriteOptions};

#[test]
fn a_chunk_is_not_copied_on_its_way_through_pass_throughs() {
    let mut machine = Machine::new();
    let (read, write) = (Some(ReadOptions::default()), Some(WriteOptions::default()));
    let mut add = |read, write| {
        machine.add(StageOptions {
            read,
            write,
            sides: Sides::PassThrough,
            ..StageOptions::default()
        })
    };
    let stages = [
        add(read, None),
        add(read, write),
        add(read, write),
        add(None, write),
    ];
    for pair in stages.windows(2) {
        machine.pipe(pair[0], pair[1]).unwrap();
    }
    let chunk = Bytes::from(vec![b'x'; 100_000]);

    machine.handle_push(stages[0], Some(chunk.clone()));
    machine.tick();

    let mut calls = std::iter::from_fn(|| machine.poll_call());
    let written = calls.find_map(|call| match call {
        Call::Write { chunk, .. } => Some(chunk),
        _ => None,
    });
    let written = written.expect("the sink is asked to write");
    assert_eq!(written.len(), chunk.len());
    assert_eq!(written.as_ptr(), chunk.as_ptr());
}

#[test]
fn what_is_read_in_pieces_is_not_copied_either() {
    let mut machine = Machine::new();
    let source = machine.add(StageOptions {
        read: Some(ReadOptions::default()),
        ..StageOptions::default()
    });
    let chunk = Bytes::from(vec![b'x'; 10_000]);
    machine.handle_push(source, Some(chunk.clone()));

    let first = machine.read(source, Some(4_000)).expect("there is enough");
    let second = machine.read(source, Some(6_000)).expect("there is enough");

    assert_eq!(first.as_ptr(), chunk.as_ptr());
    assert_eq!(second.as_ptr(), chunk[4_000..].as_ptr());
}
