//! What rows come out, wherever the input is cut.

use bytes::Bytes;
use proptest::prelude::*;

use super::MAX_ROW;
use crate::engine::stages::tests_support::{refusal, run, transform};

fn spec(options: &str) -> String {
    format!(r#"{{"id":"f","kind":"csv_filter",{options}}}"#)
}

fn filter(expr: &str) -> String {
    spec(&format!(r#""expr":"{expr}""#))
}

/// Filters `text` cut into chunks of every size; each cut must give the same.
fn check(spec: &str, text: &str, expect: &str) {
    for size in 1..=text.len() {
        let out = String::from_utf8(run(spec, text.as_bytes(), size).unwrap()).unwrap();
        assert_eq!(out, expect, "in chunks of {size}");
    }
}

/// The same for an input that is refused.
fn check_error(spec: &str, text: &[u8], expect: &str) {
    for size in 1..=text.len() {
        let error = run(spec, text, size).unwrap_err();
        assert!(error.starts_with(expect), "in chunks of {size}: {error}");
    }
}

#[test]
fn keeps_header_and_matching_rows_byte_for_byte() {
    check(
        &filter("n>5"),
        "id,n\na,5\nb,6\nc,70\n",
        "id,n\nb,6\nc,70\n",
    );
}

#[test]
fn a_last_row_without_line_feed_stays_without() {
    check(&filter("n>5"), "id,n\nb,6\nc,7", "id,n\nb,6\nc,7");
}

#[test]
fn quotes_and_lines_inside_them_are_one_row() {
    check(
        &filter("n=1"),
        "id,n\n\"a,\n\"\"x\"\"\",1\n\"b\n\",2\n",
        "id,n\n\"a,\n\"\"x\"\"\",1\n",
    );
}

#[test]
fn a_quoted_field_is_compared_without_its_quotes() {
    check(
        &filter("a=x\\\"y"),
        "\"a\",b\n\"x\"\"y\",1\nxy,2\n",
        "\"a\",b\n\"x\"\"y\",1\n",
    );
}

#[test]
fn carriage_returns_stay_with_their_row() {
    check(
        &filter("n=1"),
        "id,n\r\na,1\r\nb,2\r\n\"c\",\"1\"\r\n",
        "id,n\r\na,1\r\n\"c\",\"1\"\r\n",
    );
}

#[test]
fn empty_lines_are_no_rows() {
    check(&filter("n=1"), "\nid,n\n\n\r\na,1\n\n", "id,n\na,1\n");
}

#[test]
fn a_byte_order_mark_is_kept_and_is_no_part_of_a_name() {
    check(
        &filter("id=a"),
        "\u{feff}\"id\",n\na,1\nb,2\n",
        "\u{feff}\"id\",n\na,1\n",
    );
}

#[test]
fn selected_columns_are_given_in_the_order_asked_for() {
    check(
        &spec(r#""select":"n,id","expr":"n>1""#),
        "id,x,n\na,0,1\n\"b,b\",0,2\r\nc,0,\"3\"",
        "n,id\n2,\"b,b\"\r\n\"3\",c",
    );
    check(&spec(r#""select":"x""#), "id,x,n\na,0,1\n", "x\n0\n");
}

#[test]
fn a_column_the_header_lacks_fails_with_the_columns_there_are() {
    let expect = "there is no column 'size'; the columns are id, n";
    check_error(&filter("size>1"), b"id,n\n1,2\n", expect);
    check_error(&spec(r#""select":"size""#), b"id,n\n1,2\n", expect);
}

#[test]
fn a_filter_that_filters_nothing_is_refused() {
    assert!(refusal(&spec(r#""label":"x""#)).contains("expr or select"));
    assert!(refusal(&spec(r#""select":"a,,b""#)).contains("names columns"));
}

#[test]
fn a_ragged_row_is_an_error_where_it_begins() {
    let expect = "at byte 9: a ragged row: it has 3 fields, and the header has 2";
    check_error(&filter("n>1"), b"id,n\na,1\nb,2,3\n", expect);
    let expect = "at byte 9: a ragged row: it has 1 field, and the header has 2";
    check_error(&filter("n>1"), b"id,n\na,1\nb", expect);
}

#[test]
fn ragged_rows_are_left_out_and_counted_when_they_may_be() {
    let spec = spec(r#""expr":"n>1","ragged":"skip""#);
    check(&spec, "id,n\na,2\nb,3,4\nc\nd,5\n", "id,n\na,2\nd,5\n");
    let mut filter = transform(&spec);
    let rows = Bytes::from_static(b"id,n\nb,3,4\nc\nd,5");
    filter.transform(&rows).unwrap();
    filter.flush().unwrap();
    assert_eq!(filter.finding().unwrap(), "2 ragged rows left out");
}

#[test]
fn a_broken_quote_is_an_error_where_it_stands() {
    let expect = "at byte 11: broken quotes: something follows";
    check_error(
        &filter("n>1"),
        b"id,n\n\"a\n\"b\"c\"\n",
        "at byte 9: broken quotes",
    );
    check_error(
        &filter("n>1"),
        b"id,n\n\"a\",\"b\"c\n",
        "at byte 12: broken quotes",
    );
    check_error(&filter("n>1"), b"id,n\n\"abcd\"x,1\n", expect);
    let expect = "at byte 7: broken quotes: this one is never closed";
    check_error(&filter("n>1"), b"id,n\na,\"1\nb,2\n", expect);
}

#[test]
fn a_compared_field_that_is_no_text_is_an_error_where_it_stands() {
    let expect = "at byte 11: a field to be compared is not UTF-8 text";
    check_error(&filter("n=caf"), b"id,n\nx,cafe\xFF\n", expect);
    check(&filter("n=1"), "id,n\n\u{fffd},1\n", "id,n\n\u{fffd},1\n");
    let out = run(&filter("n=1"), b"id,n\n\xFF,1\n", 3).unwrap();
    assert_eq!(
        out, b"id,n\n\xFF,1\n",
        "what is not compared is not looked at"
    );
}

#[test]
fn a_quote_that_is_never_closed_does_not_gather_the_whole_file() {
    let mut filter = transform(&filter("n>1"));
    let mut chunk = b"id,n\na,\"".to_vec();
    chunk.resize(2 * MAX_ROW as usize, b'x');
    let error = filter
        .transform(&Bytes::from(chunk))
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("at byte 7: a row is longer"), "{error}");
    assert!(error.contains("is this quote left open?"), "{error}");
}

#[test]
fn few_rows_do_not_keep_the_memory_of_many() {
    let mut filter = transform(&filter("n=1"));
    let row = "a name of some length,2\n";
    let chunk = Bytes::from(format!("id,n\nx,1\n{}", row.repeat(1_000)));
    let out = filter.transform(&chunk).unwrap().concat();
    assert_eq!(out, b"id,n\nx,1\n");
}

/// A table as it would be written: rows of as many fields as there are columns, with quotes where
/// they are needed and sometimes where they are not.
fn table() -> impl Strategy<Value = String> {
    let field = prop_oneof![
        "[0-9]{0,4}",
        "[a-zé ]{0,9}",
        "[a-z,\"\r\n]{0,9}",
        "[ab]{60,70}",
    ];
    let written = (field, any::<bool>()).prop_map(|(text, quoted)| {
        if quoted || text.contains(['"', ',', '\r', '\n']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text
        }
    });
    let row = (prop::collection::vec(written, 2), any::<bool>());
    let rows = prop::collection::vec(row, 0..20);
    (rows, any::<bool>()).prop_map(|(rows, ended)| {
        let mut text = "n,m\n".to_owned();
        for (fields, returned) in rows {
            text += &fields.join(",");
            text += if returned { "\r\n" } else { "\n" };
        }
        if !ended && !text.ends_with("\r\n") {
            text.pop();
        }
        text
    })
}

fn fields_of(text: &[u8]) -> Vec<csv::ByteRecord> {
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).from_reader(text);
    reader.into_byte_records().map(Result::unwrap).collect()
}

proptest! {
    #[test]
    fn rows_are_those_that_the_csv_crate_finds(text in table(), size in 1..100_usize) {
        let out = run(&filter("n<500 || m=a"), text.as_bytes(), size).unwrap();
        let wanted = |row: &csv::ByteRecord| {
            let number = std::str::from_utf8(&row[0]).unwrap().trim().parse::<f64>();
            number.is_ok_and(|n| n < 500.0) || &row[1] == b"a"
        };
        let mut expect = fields_of(text.as_bytes());
        let header = expect.remove(0);
        expect.retain(wanted);
        expect.insert(0, header);
        prop_assert_eq!(fields_of(&out), expect);
        // Byte for byte: what is kept stands in the input, row by row.
        let mut rest = text.as_bytes();
        for row in split(&out) {
            let at = memchr::memmem::find(rest, row);
            prop_assert!(at.is_some());
            rest = &rest[at.unwrap_or(0) + row.len()..];
        }
    }

    #[test]
    fn any_bytes_give_the_same_wherever_they_are_cut(
        text in prop::collection::vec(prop::sample::select(b"\"\"\n\n\r,,a1\xff".as_slice()), 0..200),
        size in 1..80_usize,
    ) {
        let text = [b"n,m\n".as_slice(), &text].concat();
        let whole = run(&filter("n<5 || m=a"), &text, text.len());
        let parts = run(&filter("n<5 || m=a"), &text, size);
        match (whole, parts) {
            (Ok(whole), Ok(parts)) => prop_assert_eq!(whole, parts),
            // Which of two mistakes in a block of 64 bytes is seen first depends on the blocks.
            (Err(_), Err(_)) => {}
            (whole, parts) => prop_assert!(false, "{:?} {:?}", whole, parts),
        }
    }
}

/// Rows of a table with their line ends.
fn split(text: &[u8]) -> Vec<&[u8]> {
    let mut quoted = false;
    text.split_inclusive(|byte| {
        quoted ^= *byte == b'"';
        *byte == b'\n' && !quoted
    })
    .collect()
}
