//! What every store keeps to.

use super::memory::MemoryStore;
use super::{Appended, Entry, Fact, Key, MAX_PAGE_BYTES, Page, SqliteStore, Store, What};

pub(super) fn said(token: &str, id: &str, text: &str) -> Fact {
    Fact {
        key: Key::of(token),
        id: id.to_owned(),
        from: token.to_owned(),
        what: What::Said {
            text: text.to_owned(),
        },
        at: 5,
    }
}

pub(super) async fn append(store: &dyn Store, room: &str, fact: Fact) -> Appended {
    store
        .append(room.into(), fact)
        .await
        .await
        .unwrap()
        .unwrap()
}

pub(super) fn seqs(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq).collect()
}

/// Every check runs on each store.
macro_rules! kept_by_all {
    ($($check:ident),+ $(,)?) => {
        mod by_memory {
            $(#[tokio::test]
            async fn $check() {
                super::$check(&super::MemoryStore::default()).await;
            })+
        }
        mod by_sqlite {
            $(#[tokio::test]
            async fn $check() {
                let folder = tempfile::tempdir().unwrap();
                super::$check(&super::SqliteStore::new(folder.path().join("chat"))).await;
            })+
        }
    };
}

kept_by_all!(
    numbers_rise_by_one_in_each_room,
    an_id_is_used_once_by_a_token_in_a_room,
    appends_are_kept_in_the_order_of_their_places,
    pages_are_found_from_both_sides,
    a_page_has_a_bounded_text,
    a_room_is_opened_with_its_newest_and_its_creator,
    tokens_are_known_in_their_room_alone,
    any_text_comes_back_as_it_was,
    a_text_that_was_changed_is_gone,
    who_is_silent_and_what_is_pinned_is_remembered,
    every_kind_comes_back_as_it_was,
);

async fn numbers_rise_by_one_in_each_room(store: &dyn Store) {
    for number in 1..=3 {
        for room in ["one", "other"] {
            let fact = said("ada", &number.to_string(), "hello");
            let Appended::Now(entry) = append(store, room, fact.clone()).await else {
                panic!("it is new");
            };
            assert_eq!((entry.seq, &entry.fact), (number, &fact));
        }
    }
}

async fn an_id_is_used_once_by_a_token_in_a_room(store: &dyn Store) {
    let Appended::Now(first) = append(store, "room", said("ada", "1", "hello")).await else {
        panic!("it is new");
    };
    let again = append(store, "room", said("ada", "1", "something else")).await;
    assert_eq!(again, Appended::Before(first));
    let other = append(store, "room", said("bob", "1", "hello")).await;
    assert!(
        matches!(other, Appended::Now(Entry { seq: 2, .. })),
        "{other:?}"
    );
    let other = append(store, "other", said("ada", "1", "hello")).await;
    assert!(
        matches!(other, Appended::Now(Entry { seq: 1, .. })),
        "{other:?}"
    );
}

/// More than one transaction takes, with some that came before among them.
async fn appends_are_kept_in_the_order_of_their_places(store: &dyn Store) {
    let mut tickets = Vec::new();
    for number in 0..700 {
        let id = (number / 2).to_string();
        tickets.push(store.append("room".into(), said("ada", &id, "x")).await);
    }
    for (number, ticket) in tickets.into_iter().enumerate() {
        let (is_new, entry) = match ticket.await.unwrap().unwrap() {
            Appended::Now(entry) => (true, entry),
            Appended::Before(entry) => (false, entry),
        };
        assert_eq!(is_new, number % 2 == 0);
        assert_eq!(entry.seq, number as u64 / 2 + 1);
    }
}

async fn pages_are_found_from_both_sides(store: &dyn Store) {
    for number in 1..=9 {
        append(store, "room", said("ada", &number.to_string(), "x")).await;
    }
    let page = async |page| seqs(&store.page("room", page).await.unwrap());
    let before = |seq, limit| Page::Before { seq, limit };
    let after = |seq, limit| Page::After { seq, limit };
    assert_eq!(page(before(6, 3)).await, [3, 4, 5]);
    assert_eq!(page(before(2, 3)).await, [1]);
    assert_eq!(page(before(1, 3)).await, [0_u64; 0]);
    assert_eq!(page(before(u64::MAX, 2)).await, [8, 9]);
    assert_eq!(page(after(0, 2)).await, [1, 2]);
    assert_eq!(page(after(7, 100)).await, [8, 9]);
    assert_eq!(page(after(u64::MAX, 100)).await, [0_u64; 0]);
    assert_eq!(store.page("elsewhere", after(0, 9)).await.unwrap(), []);
}

async fn a_page_has_a_bounded_text(store: &dyn Store) {
    let text = "x".repeat(MAX_PAGE_BYTES / 4);
    for number in 1..=9 {
        append(store, "room", said("ada", &number.to_string(), &text)).await;
    }
    let (seq, limit) = (9, 100);
    let newest = store.page("room", Page::Before { seq, limit }).await;
    assert_eq!(seqs(&newest.unwrap()), [5, 6, 7, 8]);
    let oldest = store.page("room", Page::After { seq: 0, limit }).await;
    assert_eq!(seqs(&oldest.unwrap()), [1, 2, 3, 4]);
}

async fn a_room_is_opened_with_its_newest_and_its_creator(store: &dyn Store) {
    assert_eq!(store.open("room").await.unwrap(), super::Opened::default());
    for name in ["ada", "bob"] {
        store
            .keep_seat("room".into(), Key::of(name), name.to_owned())
            .await;
    }
    for number in 1..=1005 {
        append(store, "room", said("bob", &number.to_string(), "x")).await;
    }
    let opened = store.open("room").await.unwrap();
    assert_eq!(opened.creator, Some(Key::of("ada")));
    assert_eq!(seqs(&opened.newest), (6..=1005).collect::<Vec<_>>());
}

async fn tokens_are_known_in_their_room_alone(store: &dyn Store) {
    store
        .keep_seat("room".into(), Key::of("ada"), "Ada".to_owned())
        .await;
    append(store, "room", said("ada", "1", "x")).await;
    assert!(store.knows("room", &Key::of("ada")).await.unwrap());
    assert!(!store.knows("room", &Key::of("bob")).await.unwrap());
    assert!(!store.knows("other", &Key::of("ada")).await.unwrap());
}

async fn any_text_comes_back_as_it_was(store: &dyn Store) {
    let text = "\0 <script>'\"\u{202e}\u{1f469}\u{200d}\u{1f680}\n%_'; DROP TABLE entries; --";
    append(store, "room", said("a\0", "i\0'", text)).await;
    let opened = store.open("room").await.unwrap();
    assert_eq!(opened.newest[0].fact, said("a\0", "i\0'", text));
}

fn did(id: &str, what: What) -> Fact {
    Fact {
        what,
        ..said("ada", id, "")
    }
}

async fn a_text_that_was_changed_is_gone(store: &dyn Store) {
    let edited = |id, text: &str| {
        let (of, text) = (1, text.to_owned());
        did(id, What::Edited { of, text })
    };
    append(store, "room", said("ada", "1", "first")).await;
    append(store, "room", said("ada", "2", "first")).await;
    append(store, "room", edited("3", "second")).await;
    append(store, "room", edited("4", "third")).await;
    let texts = async || {
        let entries = store.page("room", Page::After { seq: 0, limit: 9 }).await;
        let entries = entries.unwrap();
        let texts = entries
            .iter()
            .map(|entry| entry.fact.what.text().to_owned());
        texts.collect::<Vec<_>>()
    };
    assert_eq!(texts().await, ["third", "first", "third", "third"]);
    append(store, "room", did("5", What::Deleted { of: 1 })).await;
    assert_eq!(texts().await, ["", "first", "", "", ""]);
    // What was appended is still recognised.
    let again = append(store, "room", said("ada", "1", "first")).await;
    let Appended::Before(entry) = again else {
        panic!("{again:?}");
    };
    assert_eq!(entry.digest, said("ada", "1", "first").digest());
}

async fn who_is_silent_and_what_is_pinned_is_remembered(store: &dyn Store) {
    for name in ["ada", "bob"] {
        let seat = store.keep_seat("room".into(), Key::of(name), name.to_owned());
        seat.await;
    }
    append(store, "room", said("ada", "1", "first")).await;
    let (name, whom) = ("bob".to_owned(), Key::of("bob"));
    let muted = |on| {
        let (name, whom) = (name.clone(), whom.clone());
        What::Muted { name, whom, on }
    };
    append(store, "room", did("2", muted(true))).await;
    append(store, "room", did("3", What::Pinned { of: 1, on: true })).await;
    let opened = store.open("room").await.unwrap();
    assert_eq!(
        (opened.pinned, &opened.muted[..]),
        (Some(1), &[Key::of("bob")][..])
    );
    append(store, "room", did("4", muted(false))).await;
    append(store, "room", did("5", What::Pinned { of: 1, on: false })).await;
    let removed = What::Removed {
        name: name.clone(),
        whom: whom.clone(),
    };
    append(store, "room", did("6", removed)).await;
    let opened = store.open("room").await.unwrap();
    assert_eq!((opened.pinned, opened.muted), (None, Vec::new()));
    assert_eq!(opened.removed, [Key::of("bob")]);
}

async fn every_kind_comes_back_as_it_was(store: &dyn Store) {
    let (of, on, name, whom) = (1, false, "bob".to_owned(), Key::of("bob"));
    let text = "text".to_owned();
    let facts = [
        What::Said { text: text.clone() },
        What::Pinned { of, on },
        What::Pinned { of, on: true },
        What::Muted {
            name: name.clone(),
            whom: whom.clone(),
            on,
        },
        What::Removed { name, whom },
        What::Edited { of, text },
    ];
    let mut digests = std::collections::BTreeSet::new();
    for (number, what) in facts.into_iter().enumerate() {
        let fact = did(&number.to_string(), what);
        digests.insert(fact.digest());
        append(store, "room", fact.clone()).await;
        let newest = store.open("room").await.unwrap().newest.pop().unwrap();
        assert_eq!(newest.fact, fact);
    }
    assert_eq!(digests.len(), 6, "each is told from the others");
}
