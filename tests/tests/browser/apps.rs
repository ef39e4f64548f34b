use fantoccini::key::Key;

use crate::page::Page;

#[tokio::test]
async fn app_starts_stops_and_starts_again() {
    let page = Page::open().await;
    assert_eq!(
        page.value("app('ipc_pong').dataset.state").await,
        "installed"
    );
    page.click("[data-app=ipc_pong] [data-action=start]").await;
    page.until("app('ipc_pong').dataset.state === 'running' && logged('ipc_pong: ready')")
        .await;
    page.click("[data-app=ipc_pong] [data-action=restart]")
        .await;
    page.until(
        "lines().filter((line) => line.textContent.includes('ipc_pong: ready')).length === 2",
    )
    .await;
    page.until("app('ipc_pong').dataset.state === 'running'")
        .await;
    page.click("[data-app=ipc_pong] [data-action=stop]").await;
    page.until("app('ipc_pong').dataset.state === 'stopped'")
        .await;
}

#[tokio::test]
async fn ended_app_says_how_it_ended() {
    let page = Page::open().await;
    page.click("[data-app=hello] [data-action=start]").await;
    page.until("text('[data-app=hello] .app-exit') === 'returned 0'")
        .await;
    page.until("logged('Hello from a WebAssembly app.')").await;
}

#[tokio::test]
async fn name_of_an_app_opens_its_report() {
    let page = Page::open().await;
    page.click("[data-app=snake] [data-action=report]").await;
    page.until("one('#report-dialog').open && one('#report-dialog .granted[data-capability=\"display.write\"]')")
        .await;
    page.type_into("#report-dialog", &char::from(Key::Escape).to_string())
        .await;
    page.until("!one('#report-dialog').open").await;
    let running = page.value("app('launcher').dataset.state").await;
    assert_eq!(running, "running", "Escape closed the dialog and no more");
}

#[tokio::test]
async fn app_that_comes_with_the_console_cannot_be_uninstalled() {
    let page = Page::open().await;
    let offered = page.value("all('[data-app] [data-action=uninstall]:not([hidden])').length");
    assert_eq!(offered.await, 0);
}

#[tokio::test]
async fn files_of_an_app_are_erased_from_its_report() {
    let page = Page::open().await;
    page.click("[data-app=storage_demo] [data-action=start]")
        .await;
    page.until("text('[data-app=storage_demo] .app-exit') === 'returned 0'")
        .await;
    page.click("[data-app=storage_demo] [data-action=report]")
        .await;
    page.until("one('#report-dialog').open && text('#report-body .facts').includes('Its files')")
        .await;
    page.picture("report.png").await;
    page.click("[data-action=erase-files]").await;
    page.until("one('#confirm-dialog').open").await;
    page.click("[data-action=confirm]").await;
    page.until("text('#toasts').includes('storage_demo has no files any more.')")
        .await;
    page.click("[data-app=storage_demo] [data-action=report]")
        .await;
    page.until("one('#report-dialog').open && !text('#report-body .facts').includes('Its files')")
        .await;
    assert_eq!(page.value("one('#report-files').hidden").await, true);
}
