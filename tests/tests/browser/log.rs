use serde_json::json;

use crate::install::{install, visitor};
use crate::page::Page;

/// Opens a page with log lines of two apps.
async fn page_with_lines() -> Page {
    let page = Page::open().await;
    page.until("logged('developer mode')").await;
    for app in ["hello", "ipc_pong"] {
        page.click(&format!("[data-app={app}] [data-action=start]"))
            .await;
    }
    page.until("logged('Goodbye.') && logged('ipc_pong: ready')")
        .await;
    page
}

#[tokio::test]
async fn filter_shows_the_lines_of_one_app() {
    let page = page_with_lines().await;
    page.choose("#log-app", "hello").await;
    page.until("lines().length > 0 && lines().every((line) => line.dataset.from === 'hello')")
        .await;
    page.choose("#log-level", "3").await;
    page.until("lines().length === 0 && text('#log-empty') === 'No line matches the filter.'")
        .await;
    page.choose("#log-level", "0").await;
    page.choose("#log-app", "*").await;
    page.until("logged('Goodbye.') && logged('ipc_pong: ready')")
        .await;
}

#[tokio::test]
async fn paused_log_keeps_lines_for_later() {
    let page = page_with_lines().await;
    page.click("#log-clear").await;
    page.until("lines().length === 0 && text('#log-empty').startsWith('Nothing logged yet')")
        .await;
    page.click("#log-pause").await;
    page.click("[data-app=hello] [data-action=start]").await;
    page.until("/Resume \\([1-9]/.test(text('#log-pause'))")
        .await;
    assert_eq!(page.value("lines().length").await, 0);
    page.click("#log-pause").await;
    page.until("logged('Hello from a WebAssembly app.')").await;
}

#[tokio::test]
async fn log_tells_when_apps_are_installed_started_stopped_and_uninstalled() {
    let page = Page::open().await;
    install(&page, "visitor", &visitor()).await;
    page.click("[data-app=visitor] [data-action=start]").await;
    page.until("app('visitor').dataset.state === 'stopped'")
        .await;
    page.click("[data-app=visitor] [data-action=uninstall]")
        .await;
    page.click("[data-action=confirm]").await;
    page.until("logged('uninstalled')").await;
    page.click("[data-app=ipc_pong] [data-action=start]").await;
    page.until("logged('ipc_pong: ready')").await;
    page.click("[data-app=ipc_pong] [data-action=stop]").await;
    page.until("app('ipc_pong').dataset.state === 'stopped'")
        .await;
    let said = "(name) => lines().filter((line) => line.dataset.from === name)
        .map((line) => line.querySelector('.text').textContent)";
    let visitor = page.value(&format!("({said})('visitor')")).await;
    let expected = [
        "installed, version 2.1.0",
        "started",
        "the visitor is here",
        "returned 0",
        "uninstalled",
    ];
    assert_eq!(visitor, json!(expected));
    page.until_with(
        &format!("({said})('ipc_pong').join() === args[0]"),
        json!("started,ipc_pong: ready,stopped"),
    )
    .await;
}

#[tokio::test]
async fn search_shows_lines_with_the_text_as_it_is_typed() {
    let page = page_with_lines().await;
    page.type_into("#log-search", "GOOD").await;
    page.until("lines().length === 1 && logged('Goodbye.')")
        .await;
    page.type_into("#log-search", "x").await;
    page.until("lines().length === 0 && text('#log-empty') === 'No line matches the filter.'")
        .await;
    let running = page.value("app('launcher').dataset.state").await;
    assert_eq!(running, "running", "letters in the field are no buttons");
}

#[tokio::test]
async fn lines_that_are_shown_are_copied_and_downloaded() {
    let page = page_with_lines().await;
    page.allow_clipboard().await;
    page.choose("#log-app", "hello").await;
    page.until("lines().every((line) => line.dataset.from === 'hello')")
        .await;
    let shown = page
        .value("lines().map((line) => [...line.children].map((cell) => cell.textContent).join(' ') + '\\n').join('')")
        .await;
    assert!(
        shown
            .as_str()
            .is_some_and(|text| text.contains("info hello Goodbye.\n"))
    );

    page.click("#log-copy").await;
    page.until("/^\\d+ lines copied$/.test(text('#log-said'))")
        .await;
    assert_eq!(page.value("navigator.clipboard.readText()").await, shown);

    let watch = "
        const { createObjectURL } = URL;
        URL.createObjectURL = (blob) => { window.saved = blob; return createObjectURL(blob); };";
    page.run(watch, json!(null)).await;
    page.click("#log-download").await;
    page.until("/^\\d+ lines downloaded$/.test(text('#log-said'))")
        .await;
    assert_eq!(page.value("window.saved.text()").await, shown);
}

#[tokio::test]
async fn log_stays_when_the_console_ends_and_the_gap_is_marked() {
    let mut page = page_with_lines().await;
    let before = page.value("lines().length").await;
    let port = page.switch_off();
    page.until("!one('#offline').hidden && text('.mark').startsWith('Connection lost ')")
        .await;
    page.until_with(
        "text('.mark').includes(`cargo run -- --port ${args[0]}`) && text('.restart-command') === `cargo run -- --port ${args[0]}`",
        json!(port),
    )
    .await;
    assert_eq!(page.value("lines().length").await, before);
    // The log stays usable while the rest of the page is disabled.
    page.type_into("#log-search", "goodbye").await;
    page.until("lines().length === 1").await;
    page.run(
        "one('#log-search').value = ''; one('#log-search').dispatchEvent(new Event('input'));",
        json!(null),
    )
    .await;
    for (width, height) in [(390, 844), (800, 1180), (1440, 900)] {
        page.resize(width, height).await;
        page.picture(&format!("offline-{width}.png")).await;
    }
    page.switch_on(port);
    page.until("/^Connection lost \\d\\d:\\d\\d:\\d\\d, back \\d\\d:\\d\\d:\\d\\d; the console was restarted$/.test(text('.mark'))")
        .await;
    // The log lines of the new console follow the mark.
    page.until("lines().some((line) => line.previousElementSibling?.className === 'mark' && line.textContent.includes('developer mode'))")
        .await;
    page.until("logged('Goodbye.')").await;
}

#[tokio::test]
async fn lines_come_once_however_often_the_connection_is_lost() {
    let page = page_with_lines().await;
    page.hang_up().await;
    page.until("one('#connection').dataset.state === 'live'")
        .await;
    page.click("[data-app=ipc_pong] [data-action=stop]").await;
    page.until("lines().some((line) => line.dataset.from === 'ipc_pong' && line.textContent.endsWith('stopped'))")
        .await;
    for text in ["developer mode", "Goodbye.", "ipc_pong: ready"] {
        let count = format!("lines().filter((line) => line.textContent.includes('{text}')).length");
        assert_eq!(page.value(&count).await, 1, "{text}");
    }
    assert_eq!(page.value("all('.mark').length").await, 0);
}
