use fantoccini::key::Key;

use crate::page::Page;

/// The launcher's list. The area above it shows the time and is excluded.
const LIST: &str = "pixels(0, 30, 320, 170)";

fn key(key: Key) -> String {
    char::from(key).to_string()
}

#[tokio::test]
async fn page_loads_without_errors_and_shows_the_screen() {
    let page = Page::open().await;
    page.until("new Set(pixels(0, 0, 320, 240).split(',')).size > 8")
        .await;
    assert_eq!(page.value("document.title").await, "AkiraConsole");
    assert_eq!(page.errors().await, [""; 0]);
}

#[tokio::test]
async fn button_on_the_page_and_key_move_the_selection() {
    let page = Page::open().await;
    page.until("new Set(pixels(0, 30, 320, 170).split(',')).size > 8")
        .await;
    let first = page.value(LIST).await;
    page.click("[data-button=DOWN]").await;
    page.until_with("pixels(0, 30, 320, 170) !== args[0]", first.clone())
        .await;
    page.press(&key(Key::Up)).await;
    page.until_with("pixels(0, 30, 320, 170) === args[0]", first)
        .await;
}

#[tokio::test]
async fn keys_open_an_app_and_return_home() {
    let page = Page::open().await;
    page.press("z").await;
    page.until("app('blocks').dataset.state === 'running'")
        .await;
    page.press(&key(Key::Enter)).await;
    page.until("app('blocks').dataset.state === 'stopped'")
        .await;
    page.until("app('launcher').dataset.state === 'running'")
        .await;
}

#[tokio::test]
async fn page_of_a_console_that_ended_says_so_and_comes_back() {
    let mut page = Page::open().await;
    let port = page.switch_off();
    page.until(
        "!one('#offline').hidden && all('[data-needs-console]').every((part) => part.inert)",
    )
    .await;
    page.switch_on(port);
    page.until(
        "one('#offline').hidden && all('[data-needs-console]').every((part) => !part.inert)",
    )
    .await;
    page.until("app('launcher').dataset.state === 'running'")
        .await;
}
