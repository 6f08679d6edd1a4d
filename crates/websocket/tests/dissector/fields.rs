//! Every bit has a name.

use spillway_websocket::{Dissector, Endpoint, FrameHeader, LengthForm, Opcode};

use crate::support::{KEY, REQUEST, RESPONSE, check_tiled, frame, framed, server_items};

#[test]
fn every_bit_of_a_masked_text_has_a_name() {
    let mut dissector = framed(Endpoint::Client);
    dissector.handle_bytes(
        &FrameHeader::new(Opcode::Text, 5)
            .masked(KEY)
            .encode_frame(b"Hello"),
        0,
    );
    let fields = check_tiled(&dissector.poll_item().unwrap());
    let seen: Vec<_> = fields
        .iter()
        .map(|field| {
            (
                field.name.as_str(),
                field.bits.clone(),
                field.value.as_str(),
            )
        })
        .collect();
    let expected = [
        ("FIN", 0..1, "1"),
        ("RSV1", 1..2, "0"),
        ("RSV2", 2..3, "0"),
        ("RSV3", 3..4, "0"),
        ("Opcode", 4..8, "0x1"),
        ("MASK", 8..9, "1"),
        ("Payload len", 9..16, "5"),
        ("Masking-key", 16..48, "a1 b2 c3 d4"),
        ("Payload data", 48..88, "Hello"),
    ];
    assert_eq!(seen, expected);
    assert_eq!(fields[8].byte_range(), 6..11);
}

#[test]
fn every_bit_of_a_close_frame_has_a_name() {
    let items = server_items(b"\x88\x05\x03\xE9bye");
    let fields = check_tiled(&items[0]);
    assert_eq!(
        (
            fields[7].name.as_str(),
            fields[7].bits.clone(),
            fields[7].value.as_str()
        ),
        ("Status code", 16..32, "1001")
    );
    assert_eq!(
        (
            fields[8].name.as_str(),
            fields[8].bits.clone(),
            fields[8].value.as_str()
        ),
        ("Reason", 32..56, "bye")
    );
    assert_eq!(frame(&items[0]).close().unwrap().reason, "bye");
}

#[test]
fn every_bit_is_named_whatever_the_form_of_the_length_and_in_heads_too() {
    for form in [
        LengthForm::Seven,
        LengthForm::Sixteen,
        LengthForm::SixtyFour,
    ] {
        for mask in [None, Some(KEY)] {
            for (opcode, payload) in [
                (Opcode::Close, b"x".as_slice()),
                (Opcode::Text, b""),
                (Opcode::Reserved(4), b"xy"),
            ] {
                let header = FrameHeader {
                    length_form: form,
                    mask,
                    ..FrameHeader::new(opcode, payload.len() as u64)
                };
                for item in server_items(&header.encode_frame(payload)) {
                    check_tiled(&item);
                }
            }
        }
    }
    let mut client = Dissector::client();
    client.handle_bytes(&[b"\r\n", REQUEST].concat(), 0);
    let fields = check_tiled(&client.poll_item().unwrap());
    assert_eq!(
        (fields[0].name.as_str(), fields[0].value.as_str()),
        ("Request line", "GET /chat HTTP/1.1")
    );
    assert_eq!(fields[4].value, "dGhlIHNhbXBsZSBub25jZQ==");
    let mut server = Dissector::server();
    server.handle_bytes(RESPONSE, 0);
    check_tiled(&server.poll_item().unwrap());
}
