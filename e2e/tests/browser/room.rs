//! A room with people in it: who writes, who is mentioned, what its creator does, and what was said
//! before.

use anyhow::{Result, ensure};
use spillway_e2e::{Browser, Key, Look, id, play, wait_until};

use crate::axe::passes;
use crate::chat::{happened, head_of, join, say};

/// What somebody might say to take over the others' pages.
const HOSTILE: &str =
    "@ann <script>alert(1)</script> javascript:alert(1) see https://example.org/a?b=c.";

#[tokio::test]
async fn two_pages_see_typing_a_mention_a_pin_a_mute_and_a_removal() -> Result<()> {
    play(async |scene| {
        let address = scene.url("/chat/people").await;
        let (ann, bob) = (scene.browser("ann").await?, scene.browser("bob").await?);
        ann.goto(&address).await?;
        join(&ann).await?;
        bob.goto(&address).await?;
        join(&bob).await?;
        ann.until_says(&id("chat-members"), "2 here").await?;
        ann_sees_bob_writing(&ann, &bob).await?;
        bob.fill(&id("chat-input"), HOSTILE).await?;
        bob.click(&id("chat-send")).await?;
        ann_is_mentioned_and_safe(&ann, &bob).await?;
        ann.click(&id("chat-members")).await?;
        ann.click(&format!("{} summary", id("duplex"))).await?;
        ann.click(&head_of(&of("bob"))).await?;
        ann.click(&id("chat-pin")).await?;
        for page in [&ann, &bob] {
            page.until_says(&id("chat-pinned"), "<script>").await?;
        }
        passes(
            &ann,
            "a room with its people, its pinned message and its two streams",
        )
        .await?;
        bob_loses_his_voice_and_has_to_go(&ann, &bob).await
    })
    .await
}

/// Who writes is told until they stop.
async fn ann_sees_bob_writing(ann: &Browser, bob: &Browser) -> Result<()> {
    wait_until("ann to see bob writing", async || {
        bob.type_into(&id("chat-input"), "x").await?;
        let told = ann.all(&id("chat-typing")).await?;
        let told = told
            .into_iter()
            .next()
            .map_or(String::new(), |told| told.text);
        Ok(match told.as_str() {
            "bob is typing…" => Look::Break(()),
            _ => Look::Continue(told),
        })
    })
    .await?;
    ann.until(&id("chat-typing"), "to fade", |told| told.text.is_empty())
        .await?;
    Ok(())
}

/// What Bob said is text, its web address alone is a link, and Ann is told that she is meant.
async fn ann_is_mentioned_and_safe(ann: &Browser, bob: &Browser) -> Result<()> {
    let seen = ann.until_says(&of("bob"), HOSTILE).await?;
    ensure!(seen.text.contains("mentions you"), "{}", seen.text);
    let looks = "const all = document.querySelectorAll('.msg .said :is(a, script)'); \
                 return [...all].map(one => [one.tagName, one.getAttribute('href'), one.rel, one.target].join(' '))";
    let links = ann.script(looks).await?;
    let expect = "A https://example.org/a?b=c noopener noreferrer nofollow _blank";
    ensure!(links == serde_json::json!([expect]), "{links}");
    let seen = bob.until_data(&of("bob"), "state", "delivered").await?;
    ensure!(!seen.text.contains("mentions you"), "{}", seen.text);
    Ok(())
}

async fn bob_loses_his_voice_and_has_to_go(ann: &Browser, bob: &Browser) -> Result<()> {
    let act = |what: &str| format!("{} {}[data-name=bob]", id("chat-people"), id(what));
    ann.click(&act("chat-mute")).await?;
    happened(bob, "muted", "ann muted you").await?;
    bob.one(&id("chat-muted")).await?;
    bob.fill(&id("chat-input"), "and now?").await?;
    bob.press(Key::Enter).await?;
    let refused = bob.until_data(&of("bob"), "state", "refused").await?;
    ensure!(refused.text.contains("muted"), "{}", refused.text);
    ann.click(&act("chat-remove")).await?;
    ann.until_says(&act("chat-remove"), "Really").await?;
    ann.click(&act("chat-remove")).await?;
    bob.until_says(&id("chat-problem"), "creator of this room has made you go")
        .await?;
    happened(ann, "removed", "ann removed bob").await
}

#[tokio::test]
async fn what_was_said_before_comes_page_by_page_and_the_place_stays() -> Result<()> {
    play(async |scene| {
        let ann = scene.browser("ann").await?;
        ann.goto(&scene.url("/chat/deep").await).await?;
        ann.one(&id("chat-name")).await?;
        // The server sends a thousand messages by itself: these are a hundred more.
        let said = ann.script_async(&crowd(22, 50)).await?;
        ensure!(said == 1_100, "{said} were said");
        join(&ann).await?;
        ann.until_data(&id("chat-message"), "seq", "1100").await?;
        let moved = ann.script_async(UP).await?;
        let moved = moved.as_f64().unwrap_or(f64::NAN);
        ensure!(moved.abs() < 2.0, "what was read moved by {moved} px");
        ann.one(&id("chat-below")).await?;
        ensure!(ann.script_async(&crowd(1, 1)).await? == 1, "one more");
        ann.until_says(&id("chat-below"), "1 new message").await?;
        ann.one(&id("chat-new-line")).await?;
        wait_until("the beginning of the room", async || {
            let above = ann.one(&id("chat-above")).await?.text;
            if above.contains("Show older") {
                ann.script("document.querySelector('[data-testid=chat-older]')?.click()")
                    .await?;
            }
            Ok(match above.contains("beginning of the room") {
                true => Look::Break(()),
                false => Look::Continue(above),
            })
        })
        .await?;
        ann.until_data(&id("chat-message"), "seq", "1").await?;
        say(&ann, "I have read it all").await
    })
    .await
}

/// Scrolls to the top and gives by how many pixels what was first there has moved when older lines
/// have come.
const UP: &str = "
    const done = arguments[arguments.length - 1];
    const list = document.querySelector('.msgs'), rows = document.querySelector('.rows');
    const first = rows.firstElementChild;
    list.scrollTop = -list.scrollHeight;
    const before = first.getBoundingClientRect().top;
    (function look() {
        if (rows.firstElementChild === first) return setTimeout(look, 20);
        requestAnimationFrame(() => done(first.getBoundingClientRect().top - before));
    })();";

/// Says so many messages by so many connections, and tells how many were acknowledged.
fn crowd(connections: u32, each: u32) -> String {
    format!(
        "const done = arguments[arguments.length - 1]; let open = {connections}, said = 0;
        for (let one = 0; one < {connections}; one++) {{
            const name = `crowd ${{one}} ${{Math.random()}}`.slice(0, 30);
            const socket = new WebSocket(`${{location.pathname.replace('/chat', '/ws/chat')}}?name=${{encodeURIComponent(name)}}`);
            let own = 0;
            socket.onmessage = ({{ data }}) => {{
                const message = JSON.parse(data);
                if (message.type === 'welcome')
                    for (let at = 0; at < {each}; at++)
                        socket.send(JSON.stringify({{ type: 'say', id: `c${{at}}`, text: `line ${{at}} of ${{name}}` }}));
                if (message.type === 'said' && message.from === name && ++own === {each}) {{
                    said += own;
                    socket.close();
                }}
            }};
            socket.onclose = () => {{ if (--open === 0) done(said); }};
        }}"
    )
}

/// What somebody said.
fn of(from: &str) -> String {
    format!("{}[data-from={from}]", id("chat-message"))
}
