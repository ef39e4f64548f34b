use std::path::Path;

use fantoccini::key::Key;
use serde_json::json;

use crate::install::{install, visitor};
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
    page.until("text('#notices').includes('The files of storage_demo are erased.')")
        .await;
    page.click("[data-app=storage_demo] [data-action=report]")
        .await;
    page.until("one('#report-dialog').open && !text('#report-body .facts').includes('Its files')")
        .await;
    assert_eq!(page.value("one('#report-files').hidden").await, true);
}

/// Lists the apps in their displayed order, each with its state.
const LISTED: &str = "all('[data-app]').map(({ dataset: { app, state } }) => `${state} ${app}`)";

fn crasher() -> Vec<u8> {
    let bin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/apps/bin");
    std::fs::read(bin.join("trap_loop.wasm")).expect("the app is built")
}

#[tokio::test]
async fn apps_that_run_come_first_then_those_that_crashed() {
    let page = Page::open().await;
    page.click("[data-app=ipc_pong] [data-action=start]").await;
    page.click("[data-app=hello] [data-action=start]").await;
    install(&page, "trap_loop", &crasher()).await;
    page.click("[data-app=trap_loop] [data-action=start]").await;
    page.until("['error', 'failed'].includes(app('trap_loop').dataset.state)")
        .await;
    page.until("app('hello').dataset.state === 'stopped'").await;
    let listed = page.value(LISTED).await;
    let listed = listed.as_array().expect("it is a list");
    assert_eq!(
        listed[..2],
        [json!("running ipc_pong"), json!("running launcher")]
    );
    assert!(["error trap_loop", "failed trap_loop"].contains(&listed[2].as_str().expect("a text")));
    assert_eq!(listed[3], "installed blocks");
    assert_eq!(listed.last(), Some(&json!("stopped hello")));
    page.run("one('#apps-panel .scroll').scrollTop = 0;", json!(null))
        .await;
    page.picture("crashed.png").await;
}

#[tokio::test]
async fn app_that_was_just_installed_is_marked_and_in_sight() {
    let page = Page::open().await;
    for (width, height) in [(1440, 900), (390, 844)] {
        page.resize(width, height).await;
        install(&page, "visitor", &visitor()).await;
        page.until(
            "app('visitor').matches('[data-marked]') && text('[data-marked] .badge') === 'New'",
        )
        .await;
        let in_sight = "(() => {
            const { left, top, bottom } = app('visitor').getBoundingClientRect();
            return [top + 4, bottom - 4].every((y) => app('visitor').contains(document.elementFromPoint(left + 8, y)));
        })()";
        page.until(in_sight).await;
        assert_eq!(page.value("all('[data-marked]').length").await, 1);
        page.click("[data-app=visitor] [data-action=uninstall]")
            .await;
        page.click("[data-action=confirm]").await;
        page.until("!app('visitor')").await;
    }
}

#[tokio::test]
async fn focus_stays_with_an_app_that_moves_in_the_list() {
    let page = Page::open().await;
    page.run(
        "one('[data-app=storage_demo] [data-action=start]').focus();",
        json!(null),
    )
    .await;
    page.run(
        "one('[data-app=ipc_pong] [data-action=start]').focus();",
        json!(null),
    )
    .await;
    page.type_here(&char::from(Key::Enter).to_string()).await;
    page.until(
        "app('ipc_pong').dataset.state === 'running' && all('[data-app]')[0] === app('ipc_pong')",
    )
    .await;
    page.until("app('ipc_pong').contains(document.activeElement) && document.activeElement.checkVisibility()")
        .await;
}

#[tokio::test]
async fn failure_is_told_below_its_app_and_covers_nothing() {
    let page = Page::open().await;
    for (width, height) in [(390, 844), (800, 1180), (1440, 900)] {
        page.resize(width, height).await;
        // Simulates a start by another page at the same moment.
        page.run(
            "one('[data-app=launcher] [data-action=stop]').dataset.action = 'start';",
            json!(null),
        )
        .await;
        page.run(
            "app('launcher').scrollIntoView({ block: 'center' });",
            json!(null),
        )
        .await;
        page.click("[data-app=launcher] [data-action=start]:not([hidden])")
            .await;
        page.until("text('[data-app=launcher] .notice.error').includes('launcher did not start')")
            .await;
        let flow = "all('.notice, #notices').every((notice) => getComputedStyle(notice).position === 'static')";
        assert_eq!(page.value(flow).await, true, "{width} px");
        let over = "(() => {
            const [notice, list] = ['.notice', '#apps-panel .scroll'].map((place) => one(place).getBoundingClientRect());
            const [above, below] = [Math.max(notice.top, list.top), Math.min(notice.bottom, list.bottom)];
            return all('#log, #drop, .app-head, .app-figures, .sensor').filter((other) => {
                const { left, top, right, bottom } = other.getBoundingClientRect();
                return other.checkVisibility() && left < notice.right && right > notice.left && top < below && bottom > above;
            }).length;
        })()";
        assert_eq!(page.value(over).await, 0, "{width} px");
        page.picture(&format!("failure-{width}.png")).await;
        page.click("[data-app=launcher] [data-action=dismiss]")
            .await;
        page.until("all('.notice').length === 0").await;
        page.run(
            "one('[data-app=launcher] [data-action=start]:not([hidden])').dataset.action = 'stop';",
            json!(null),
        )
        .await;
    }
}

#[tokio::test]
async fn notice_that_something_worked_goes_away_by_itself() {
    let page = Page::open().await;
    install(&page, "visitor", &visitor()).await;
    page.until("text('#notices').includes('visitor is installed.')")
        .await;
    page.until("all('.notice').length === 0").await;
}
