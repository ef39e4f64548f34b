//! Accessibility tests of the page: with axe-core, which `cargo xtask browser` downloads, and with
//! the keyboard only.

use std::collections::BTreeSet;

use akira_sim::device::Options;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::install::{MODULE, drop_file, install, visitor};
use crate::look::wear;
use crate::page::Page;

const SIZES: [(u32, u32); 3] = [(390, 844), (800, 1180), (1440, 900)];

const MISSING: &str =
    "AKIRA_AXE is to name axe.min.js of axe-core; `cargo xtask browser` fetches it";

/// Findings of axe-core with serious or critical impact, each with its position.
const FINDINGS: &str = "return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, help, nodes }) => nodes.map(({ target, any }) => `${id}: ${help}: ${target}: ${any.map(({ message }) => message)}`)));";

async fn check(page: &Page, what: &str) {
    // Colours are checked only after their transitions have ended.
    page.until("document.getAnimations().every(({ playState }) => playState !== 'running')")
        .await;
    assert_eq!(page.run(FINDINGS, json!(null)).await, json!([]), "{what}");
}

/// Checks the current page at each size, in both themes, and takes a screenshot of each.
async fn check_all(page: &Page, what: &str) {
    for theme in ["light", "dark"] {
        page.run(
            "document.documentElement.dataset.theme = args[0];",
            json!(theme),
        )
        .await;
        for (width, height) in SIZES {
            page.resize(width, height).await;
            check(page, &format!("{what}, {theme}, {width} px")).await;
            let file = format!("{}-{theme}-{width}.png", what.replace(' ', "-"));
            page.picture(&file).await;
        }
    }
}

/// Loads axe-core into the page.
async fn load_axe(page: &Page) {
    let file = std::env::var("AKIRA_AXE").expect(MISSING);
    let axe = std::fs::read_to_string(file).expect(MISSING);
    page.run(&axe, json!(null)).await;
}

#[tokio::test]
async fn axe_finds_nothing_serious_with_0_3_and_30_apps_and_a_crashed_one() {
    let page = Page::open_with(Options {
        bundled: false,
        ..Options::default()
    })
    .await;
    load_axe(&page).await;
    check_all(&page, "0 apps").await;
    for number in 1..=30 {
        install(&page, &format!("app-{number:02}"), MODULE).await;
        if number == 3 {
            check_all(&page, "3 apps").await;
        }
    }
    check_all(&page, "30 apps").await;
    let crashes = wat::parse_str(r#"(module (func (export "main") unreachable))"#);
    install(&page, "crashes", &crashes.expect("it is a module")).await;
    page.click("[data-app=crashes] [data-action=start]").await;
    page.until("text('[data-app=crashes] .app-exit').includes('unreachable')")
        .await;
    check_all(&page, "a crashed app").await;
}

#[tokio::test]
async fn axe_finds_nothing_serious() {
    let mut page = Page::open().await;
    load_axe(&page).await;
    wear(&page, "light").await;
    page.click("[data-app=ipc_pong] [data-action=start]").await;
    page.until("logged('ipc_pong: ready')").await;
    drop_file(&page, "bad.wasm", b"no app").await;
    page.until("all('.notice.error').length === 1").await;
    check_all(&page, "the page").await;

    drop_file(&page, "visitor.wasm", &visitor()).await;
    page.until("one('#install-dialog').open").await;
    check_all(&page, "the dialog").await;
    page.click("[data-action=confirm-install]").await;
    page.until("app('visitor')").await;
    check_all(&page, "a new app").await;

    page.switch_off();
    page.until("!one('#offline').hidden").await;
    check_all(&page, "offline").await;
}

/// Elements that can be operated. Of several radio buttons or tabs, Tab would reach only one; the
/// page has none.
const OPERABLE: &str = "all('button, a[href], select, input, [tabindex=\"0\"]')
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled && !element.closest('dialog'))";

/// Numbers these elements, to identify them later.
async fn number(page: &Page) -> BTreeSet<u64> {
    let numbers = page
        .run(
            &format!("const found = {OPERABLE}; found.forEach((element, at) => {{ element.dataset.number = at; }}); return found.length;"),
            json!(null),
        )
        .await;
    (0..numbers.as_u64().expect("it is a count")).collect()
}

/// The focused element: its number, and whether its focus is visible.
const FOCUSED: &str = "(() => {
    const element = document.activeElement;
    if (element === document.body) return null;
    const shown = element.type === 'range' ? getComputedStyle(element, '::-webkit-slider-thumb')
        : getComputedStyle(element.type === 'file' ? element.closest('label') : element);
    return [Number(element.dataset.number ?? -1), shown.outlineStyle !== 'none' || element.type === 'range', element.outerHTML.slice(0, 120)];
})()";

#[tokio::test]
async fn everything_is_reached_with_the_keyboard_and_shows_it() {
    let page = Page::open().await;
    for (width, height) in SIZES {
        page.resize(width, height).await;
        page.run(
            "document.activeElement.blur(); scrollTo(0, 0);",
            json!(null),
        )
        .await;
        let mut missing = number(&page).await;
        let most = 2 * missing.len();
        for _ in 0..most {
            page.type_here(&char::from(Key::Tab).to_string()).await;
            let focused = page.value(FOCUSED).await;
            if focused.is_null() {
                // The focus is past the last element, before it wraps around.
                continue;
            }
            assert_eq!(
                focused[1], true,
                "no focus is seen at {width} px: {focused}"
            );
            if let Some(reached) = focused[0].as_u64() {
                missing.remove(&reached);
            }
            if missing.is_empty() {
                break;
            }
        }
        let names = page
            .run(
                "return all('[data-number]').filter(({ dataset }) => args[0].includes(Number(dataset.number))).map(({ outerHTML }) => outerHTML.slice(0, 120));",
                json!(missing),
            )
            .await;
        assert_eq!(names, json!([]), "{width} px");
    }
}

#[tokio::test]
async fn app_is_installed_started_and_uninstalled_with_the_keyboard() {
    let page = Page::open().await;
    let enter = char::from(Key::Enter).to_string();
    let press = async |selector: &str| {
        page.until_with("one(args[0])?.checkVisibility()", json!(selector))
            .await;
        page.run("one(args[0]).focus();", json!(selector)).await;
        page.type_here(&enter).await;
    };
    drop_file(&page, "visitor.wasm", &visitor()).await;
    page.until("document.activeElement === one('[data-action=confirm-install]')")
        .await;
    page.type_here(&enter).await;
    page.until("app('visitor') && !one('#install-dialog').open")
        .await;
    press("[data-app=visitor] [data-action=start]").await;
    page.until("logged('the visitor is here')").await;
    press("[data-app=visitor] [data-action=uninstall]").await;
    page.until("one('#confirm-dialog').open").await;
    press("[data-action=confirm]").await;
    page.until("!app('visitor')").await;
    // The focus stays in the list when the row of the focused element is removed.
    page.until("one('#apps').contains(document.activeElement)")
        .await;
}

#[tokio::test]
async fn states_of_apps_are_told_to_those_who_do_not_see_them() {
    let page = Page::open().await;
    page.click("[data-app=ipc_pong] [data-action=start]").await;
    page.until("text('#app-news') === 'ipc_pong: running'")
        .await;
    let live = page.value(
        "['#app-news', '#connection', '#log-said'].every((place) => one(place).role === 'status')",
    );
    assert_eq!(live.await, true);
    let live: Value = page
        .value("[one('#log').role, one('#notices').ariaLive]")
        .await;
    assert_eq!(live, json!(["log", "polite"]));
}

#[tokio::test]
async fn click_of_a_screen_reader_presses_a_button() {
    let page = Page::open().await;
    page.run("one('[data-button=A]').click();", json!(null))
        .await;
    page.until("app('blocks').dataset.state === 'running'")
        .await;
    page.until("!one('[data-button=A]').matches('[data-held]')")
        .await;
}
