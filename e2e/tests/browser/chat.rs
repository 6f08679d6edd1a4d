//! The chat, and its bytes.

use anyhow::{Context, Result, ensure};
use spillway_e2e::{Browser, Look, Recording, Relay, id, play, wait_until};

use crate::lesson::{CHAT, goal};

#[tokio::test]
async fn two_browsers_chat_and_both_see_join_message_and_leave() -> Result<()> {
    play(async |scene| {
        let address = scene.url(CHAT).await;
        let (ann, bob) = (scene.browser("ann").await?, scene.browser("bob").await?);
        ann.goto(&address).await?;
        bob.goto(&address).await?;
        join(&ann).await?;
        join(&bob).await?;
        happened(&ann, "joined", "bob joined").await?;
        happened(&bob, "joined", "you joined as bob").await?;
        ann.until_says(&id("chat-members"), "2 here").await?;
        bob.until_says(&id("chat-members"), "ann").await?;
        say(&ann, "<b>hello</b> & Grüße 🌊").await?;
        let heard = message_of(&bob, "ann").await?;
        ensure!(
            heard.contains("<b>hello</b> & Grüße 🌊"),
            "bob sees `{heard}`"
        );
        say(&bob, "hello yourself").await?;
        let heard = message_of(&ann, "bob").await?;
        ensure!(heard.contains("hello yourself"), "ann sees `{heard}`");
        for number in 1..=3 {
            goal(&ann, number).await?;
        }
        changes_her_mind(&ann, &bob).await?;
        bob.goto(&scene.url("/").await).await?;
        happened(&ann, "left", "bob left").await?;
        ann.until_says(&id("chat-members"), "1 here").await?;
        bob.goto(&address).await?;
        join(&bob).await?;
        ann.goto(&scene.url("/").await).await?;
        happened(&bob, "left", "ann left").await
    })
    .await
}

#[tokio::test]
async fn the_hex_on_the_page_is_what_a_relay_between_browser_and_server_saw() -> Result<()> {
    play(async |scene| {
        let relay = Relay::to(scene.server().await.host()).await?;
        let ann = scene.browser("ann").await?;
        ann.goto(&relay.url("/chat/relayed")).await?;
        join(&ann).await?;
        say(&ann, "seen on the wire").await?;
        let sent = row("to_server", "text");
        let (offset, shown) = shown_bytes(&ann, &sent).await?;
        let crossed = recording(&relay).await?;
        same(&shown, &crossed.to_server, offset)?;
        ensure!(
            unmasked(&shown)?.contains("seen on the wire"),
            "another frame is shown"
        );
        let text = ann.one(&id("wire-text")).await?.text;
        ensure!(
            text.contains("seen on the wire"),
            "the page undoes the mask to `{text}`"
        );
        let answer = row("to_client", "text");
        let (offset, shown) = shown_bytes(&ann, &answer).await?;
        same(&shown, &recording(&relay).await?.to_client, offset)?;
        for (direction, begins) in [
            ("to_server", "GET /ws/chat/relayed?"),
            ("to_client", "HTTP/1.1 101 "),
        ] {
            let (offset, shown) = shown_bytes(&ann, &row(direction, "handshake")).await?;
            let crossed = recording(&relay).await?;
            let crossed = if direction == "to_server" {
                crossed.to_server
            } else {
                crossed.to_client
            };
            ensure!(
                offset == 0 && shown.starts_with(begins.as_bytes()),
                "another head is shown"
            );
            same(&shown, &crossed, offset)?;
        }
        Ok(())
    })
    .await
}

/// Ann edits what she said, and takes it back; Bob sees both.
async fn changes_her_mind(ann: &Browser, bob: &Browser) -> Result<()> {
    let hers = format!("{}[data-from=ann]", id("chat-message"));
    ann.click(&head_of(&hers)).await?;
    ann.click(&id("chat-edit")).await?;
    ann.until_says(&id("chat-send"), "Change").await?;
    ann.fill(&id("chat-input"), "hello again").await?;
    ann.click(&id("chat-send")).await?;
    for page in [bob, ann] {
        page.until_says(&hers, "hello again (edited)").await?;
    }
    ann.until_says(&id("chat-send"), "Send").await?;
    ann.click(&head_of(&hers)).await?;
    ann.click(&id("chat-take-back")).await?;
    ann.until_says(&id("chat-take-back"), "Really").await?;
    ann.click(&id("chat-take-back")).await?;
    for page in [ann, bob] {
        page.until_says(&hers, "taken back").await?;
    }
    ann.until_none(&id("chat-edit")).await
}

/// Where a message is clicked to have the focus, and to show what can be done with it.
pub(crate) fn head_of(message: &str) -> String {
    format!("{message} .av")
}

/// Joins the room under the browser's own name.
pub(crate) async fn join(page: &Browser) -> Result<()> {
    page.fill(&id("chat-name"), page.name()).await?;
    page.click(&id("chat-join")).await?;
    page.until_says(&id("chat-members"), "you").await?;
    Ok(())
}

/// Says something and waits until the server has it.
pub(crate) async fn say(page: &Browser, text: &str) -> Result<()> {
    page.type_into(&id("chat-input"), text).await?;
    page.click(&id("chat-send")).await?;
    let own = format!("{}[data-from=\"{}\"]", id("chat-message"), page.name());
    page.until(&own, &format!("to be delivered with `{text}`"), |seen| {
        seen.text.contains(text) && seen.data("state") == "delivered"
    })
    .await?;
    Ok(())
}

pub(crate) async fn happened(page: &Browser, kind: &str, words: &str) -> Result<()> {
    let line = format!("{}[data-kind={kind}]", id("chat-system"));
    page.until_says(&line, words).await?;
    Ok(())
}

async fn message_of(page: &Browser, from: &str) -> Result<String> {
    let message = format!("{}[data-from={from}]", id("chat-message"));
    Ok(page.one(&message).await?.text)
}

/// The rows of one kind.
pub(crate) fn row(direction: &str, opcode: &str) -> String {
    format!(
        "{}[data-direction={direction}][data-opcode={opcode}]",
        id("wire-row")
    )
}

/// Selects the first row that a selector finds and gives where its bytes stand, and them.
async fn shown_bytes(page: &Browser, row: &str) -> Result<(usize, Vec<u8>)> {
    let offset = usize::try_from(page.number(row, "offset").await?)?;
    page.click(row).await?;
    page.one(&format!("{row}[aria-selected=true]")).await?;
    let shown = page.one(&id("wire-hex")).await?;
    Ok((offset, from_hex(shown.data("hex"))?))
}

/// What the relay saw of the chat's only connection.
async fn recording(relay: &Relay) -> Result<Recording> {
    wait_until("one chat connection through the relay", async || {
        let mut found = relay.recordings("/ws/chat/relayed");
        Ok(match (found.pop(), found.len()) {
            (Some(only), 0) => Look::Break(only),
            (_, others) => Look::Continue(format!("{others} others")),
        })
    })
    .await
}

fn same(shown: &[u8], crossed: &[u8], offset: usize) -> Result<()> {
    let there = crossed.get(offset..offset + shown.len());
    ensure!(!shown.is_empty(), "no byte is shown");
    ensure!(
        there == Some(shown),
        "shown at {offset}: {shown:02x?}\nthe relay saw: {there:02x?}"
    );
    Ok(())
}

/// The payload of a short masked frame, its mask undone by hand.
fn unmasked(frame: &[u8]) -> Result<String> {
    ensure!(
        frame.len() > 6 && frame[1] & 0x80 != 0,
        "the frame has no mask"
    );
    let key = match frame[1] & 0x7f {
        126 => 4,
        length if length < 126 => 2,
        _ => anyhow::bail!("the frame is too long for this test"),
    };
    let (mask, payload) = frame[key..].split_at_checked(4).context("a mask")?;
    let plain = payload
        .iter()
        .zip(mask.iter().cycle())
        .map(|(byte, key)| byte ^ key);
    Ok(String::from_utf8(plain.collect())?)
}

pub(crate) fn from_hex(hex: &str) -> Result<Vec<u8>> {
    let digits: String = hex
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    ensure!(digits.len().is_multiple_of(2), "half a byte in `{hex}`");
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16);
    Ok((0..digits.len())
        .step_by(2)
        .map(byte)
        .collect::<Result<_, _>>()?)
}
