use crate::page::Page;

/// Opens a page on whose log two apps have written.
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
