use std::path::Path;

use fantoccini::key::Key;
use serde_json::json;

use crate::install::{MODULE, drop_file};
use crate::page::Page;

const GROUND: &str = "getComputedStyle(document.body).backgroundColor";

/// Clicks the theme button until the requested theme is active.
pub(crate) async fn wear(page: &Page, theme: &str) {
    let wanted = json!(format!("Theme: {theme}"));
    for _ in 0..3 {
        if page.value("one('#theme').title").await == wanted {
            return;
        }
        page.click("#theme").await;
    }
    panic!("the theme's button does not come to {theme}");
}

#[tokio::test]
async fn theme_is_light_or_dark_and_stays() {
    let page = Page::open().await;
    wear(&page, "light").await;
    let light = page.value(GROUND).await;
    wear(&page, "dark").await;
    let dark = page.value(GROUND).await;
    assert_ne!(light, dark);
    page.reload().await;
    assert_eq!(page.value(GROUND).await, dark);
}

#[tokio::test]
async fn nothing_sticks_out_of_windows_of_any_width() {
    let page = Page::open().await;
    for (width, height) in [
        (320, 640),
        (390, 844),
        (500, 800),
        (719, 800),
        (820, 1180),
        (1024, 768),
        (1440, 900),
    ] {
        page.resize(width, height).await;
        page.until("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            .await;
        let outside =
            "all('button, canvas, input, select').filter((element) => element.checkVisibility()
            && !element.closest('.drop')
            && element.getBoundingClientRect().right > document.documentElement.clientWidth)
            .map((element) => element.outerHTML)";
        assert_eq!(page.value(outside).await, json!([]), "{width} px");
    }
}

/// Lists the pairs of overlapping texts in the top bar. A truncated text counts with its visible
/// part.
const OVERLAPS: &str = "
    const boxes = all('.topbar :is(h1, p, dt, dd, .developer, .connection, #theme)')
        .filter((element) => element.checkVisibility() && element.textContent + element.title)
        .map((element) => {
            const range = document.createRange();
            range.selectNodeContents(element);
            const whole = element.getBoundingClientRect();
            const text = range.getBoundingClientRect();
            const isCut = getComputedStyle(element).overflowX !== 'visible';
            return { of: element.id || element.textContent, left: text.left, top: text.top, bottom: text.bottom,
                right: isCut ? Math.min(text.right, whole.right) : text.right };
        });
    const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
    return boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => !apart(a, b)).map((b) => `${a.of} and ${b.of}`));";

#[tokio::test]
async fn texts_at_the_top_lie_beside_each_other() {
    let page = Page::open().await;
    page.until("one('#developer').checkVisibility()").await;
    for width in [320, 390, 500, 719, 720, 800, 1040, 1440] {
        page.resize(width, 844).await;
        assert_eq!(
            page.run(OVERLAPS, json!(null)).await,
            json!([]),
            "{width} px"
        );
        let name = page.value("one('#device-name').getBoundingClientRect().width > 90");
        assert_eq!(name.await, true, "{width} px");
    }
}

/// Lists the elements that are too small for touch: WCAG 2.2, success criterion 2.5.5.
const SMALL: &str = "all('button, a, select, input:not([type=file]), label.drop')
    .filter((element) => element.checkVisibility() && !element.closest('[inert]'))
    .map((element) => [element.id || element.className || element.textContent, element.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 44 || height < 44)
    .map(([name, { width, height }]) => `${name}: ${width} x ${height}`)";

#[tokio::test]
async fn everything_to_touch_is_large_enough_for_a_finger() {
    let page = Page::open().await;
    page.be_touched().await;
    for width in [320, 390, 800, 1200, 1440] {
        page.resize(width, 844).await;
        assert_eq!(page.value(SMALL).await, json!([]), "{width} px");
        let fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        assert_eq!(page.value(fits).await, true, "{width} px");
    }
    drop_file(&page, "app.wasm", MODULE).await;
    page.until("one('#install-dialog').open").await;
    assert_eq!(page.value(SMALL).await, json!([]), "the dialog");
}

/// Takes the screenshots of the README. `AKIRA_BLESS=1` copies them into the book.
#[tokio::test]
async fn console_with_a_game_on_it_is_fit_to_be_shown() {
    let page = Page::open().await;
    // A row moves when its app starts or ends, so each waits for the one before.
    for (app, shown) in [
        ("ipc_pong", "logged('ipc_pong: ready')"),
        (
            "storage_demo",
            "text('[data-app=storage_demo] .app-exit') === 'returned 0'",
        ),
        (
            "ipc_ping",
            "text('[data-app=ipc_ping] .app-exit') === 'returned 0'",
        ),
    ] {
        page.click(&format!("[data-app={app}] [data-action=start]"))
            .await;
        page.until(shown).await;
    }
    page.until("logged('10 of 10 answered')").await;
    page.click("[data-app=hello] [data-action=start]").await;
    page.until("logged('Goodbye.')").await;
    page.press("z").await;
    page.until("app('blocks').dataset.state === 'running'")
        .await;
    play(&page).await;
    page.run("one('#apps-panel .scroll').scrollTop = 0; all('.notice').forEach((notice) => notice.remove());", json!(null))
        .await;
    for (theme, name) in [("light", "console.png"), ("dark", "console-dark.png")] {
        wear(&page, theme).await;
        page.run("document.activeElement.blur();", json!(null))
            .await;
        let picture = page.picture(name).await;
        if std::env::var_os("AKIRA_BLESS").is_some() {
            let images = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/src/images");
            std::fs::copy(picture, images.join(name)).expect("the book has images");
        }
    }
    assert_eq!(page.errors().await, [""; 0]);
}

/// Drops some pieces of `blocks`, each in a different column.
async fn play(page: &Page) {
    let (left, right) = (char::from(Key::Left), char::from(Key::Right));
    for moves in [
        vec![left; 4],
        vec![right; 4],
        vec![],
        vec![left; 2],
        vec![right; 2],
        vec![right; 5],
        vec![left; 5],
        vec![],
    ] {
        let well = page.value("pixels(24, 10, 110, 220)").await;
        page.press(&moves.into_iter().chain(['x']).collect::<String>())
            .await;
        page.until_with("pixels(24, 10, 110, 220) !== args[0]", well)
            .await;
    }
}
