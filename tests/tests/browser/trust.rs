//! Tests of the page's information on the signer of an app.

use akira::abi::caps::CapabilitySet;
use akira::install::Offer;
use akira_pack::{SigningKey, embed_manifest, sign_module};
use akira_package::{KeyState, TrustStore, TrustedKey};
use akira_sim::device::{Device, Options};
use akira_sim::keep::Trust;
use embassy_futures::block_on;
use serde_json::json;

use crate::install::drop_file;
use crate::look::wear;
use crate::page::Page;

/// Options of a console that trusts two keys of one studio; `state` is the state of the first key.
fn console(developer: bool, state: KeyState) -> Options {
    let mut store = TrustStore::new(1, 1);
    for (number, name, state) in [
        (1, "studio 2025", state),
        (2, "studio 2026", KeyState::Active),
    ] {
        let key = TrustedKey {
            state,
            ceiling: CapabilitySet::ALL,
            ..TrustedKey::new(name, key(number).public().0, 1).expect("the name is short")
        };
        store = store.with_key(key).expect("there is room");
    }
    let trust = Trust {
        keys: Box::leak(Box::new(store)),
        developer,
    };
    Options {
        trust,
        ..Options::default()
    }
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

fn weather(version: &str, capabilities: &str, pages: u32) -> Vec<u8> {
    let module = format!(
        r#"(module (memory (export "memory") 1 {pages}) (func (export "main") (result i32) (i32.const 0)))"#
    );
    let module = wat::parse_str(module).expect("the module is well formed");
    let manifest = format!(
        r#"{{"name": "weather", "version": "{version}", "description": "Shows the weather of the next three days.",
            "capabilities": [{capabilities}]}}"#
    );
    embed_manifest(&module, manifest.as_bytes()).expect("the manifest is right")
}

fn sign(app: &[u8], number: u8) -> Vec<u8> {
    sign_module(app, &key(number)).expect("it is a module")
}

async fn offer(page: &Page, app: &[u8]) {
    drop_file(page, "weather.wasm", app).await;
    page.until("one('#install-dialog').open").await;
}

async fn accept(page: &Page, version: &str) {
    page.click("[data-action=confirm-install]").await;
    page.until_with(
        "!one('#install-dialog').open && text('[data-app=weather] .app-version') === args[0]",
        json!(version),
    )
    .await;
}

#[tokio::test]
async fn dialog_says_who_signed_an_app_and_what_an_update_changes() {
    let page = Page::open_with(console(true, KeyState::Active)).await;
    let old = weather("1.0", r#""display.write", "settings.*""#, 1);
    offer(&page, &sign(&old, 1)).await;
    assert_eq!(
        page.value("text('#install-report .signer b')").await,
        "Signed by studio 2025"
    );
    assert_eq!(page.value("all('.changes li').length").await, 0);
    accept(&page, "1.0").await;
    page.until("text('[data-app=weather] .app-signer') === 'Signed by studio 2025'")
        .await;

    let new = weather(
        "1.1",
        r#""display.write", "storage.read", "network.use""#,
        4,
    );
    offer(&page, &sign(&new, 2)).await;
    let changes = page.value("all('#install-report .changes li').map((row) => row.textContent)");
    let changes = changes.await;
    let changes = changes.as_array().expect("there are some");
    let fixed = [
        json!("signer: studio 2025 → studio 2026"),
        json!("version: 1.0 → 1.1"),
        json!("gains storage.read"),
        json!("loses settings.*"),
    ];
    assert_eq!(changes[..4], fixed);
    assert!(
        changes[4]
            .as_str()
            .is_some_and(|text| text.starts_with("memory: ")),
        "{changes:?}"
    );
    page.until("one('#install-report .denied[data-capability=\"network.use\"]')")
        .await;
    for theme in ["light", "dark"] {
        page.run("one('#install-dialog').close();", json!(null))
            .await;
        wear(&page, theme).await;
        offer(&page, &sign(&new, 2)).await;
        page.picture(&format!("update-{theme}.png")).await;
    }
    accept(&page, "1.1").await;
    page.until("text('[data-app=weather] .app-signer') === 'Signed by studio 2026'")
        .await;

    drop_file(&page, "weather.wasm", &new).await;
    page.until("text('.notice.error').includes('weather.wasm cannot be installed')")
        .await;
    page.until("text('.notice.error').includes('another signer')")
        .await;
}

#[tokio::test]
async fn developer_mode_is_to_be_seen_and_so_is_what_it_admitted() {
    let page = Page::open().await;
    page.until("one('#developer').checkVisibility()").await;
    offer(&page, &weather("1.0", r#""display.write""#, 1)).await;
    assert_eq!(
        page.value("text('#install-report .signer b')").await,
        "Unsigned app"
    );
    for theme in ["light", "dark"] {
        page.run("one('#install-dialog').close();", json!(null))
            .await;
        wear(&page, theme).await;
        offer(&page, &weather("1.0", r#""display.write""#, 1)).await;
        page.picture(&format!("unsigned-{theme}.png")).await;
    }
    accept(&page, "1.0").await;
    page.until("one('[data-app=weather] .app-signer').dataset.signer === 'nobody'")
        .await;
    page.run("one('[data-app=weather]').scrollIntoView();", json!(null))
        .await;
    page.picture("unsigned-list.png").await;
}

#[tokio::test]
async fn console_with_keys_takes_signed_apps_only_and_says_why() {
    let page = Page::open_with(console(false, KeyState::Active)).await;
    assert_eq!(
        page.value("one('#developer').checkVisibility()").await,
        false
    );
    page.until("text('#drop').includes('signed by studio 2025, studio 2026')")
        .await;
    let app = weather("1.0", "", 1);
    drop_file(&page, "weather.wasm", &app).await;
    page.until("text('.notice.error').includes('the app is not signed')")
        .await;
    page.click(".notice.error [data-action=dismiss]").await;
    offer(&page, &sign(&app, 2)).await;
    accept(&page, "1.0").await;
    page.run("one('[data-app=weather]').scrollIntoView();", json!(null))
        .await;
    page.picture("signed-list.png").await;
}

#[tokio::test]
async fn app_of_a_revoked_key_says_why_it_does_not_run_and_can_be_uninstalled() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let with = |state| Options {
        flash: Some(folder.path().join("flash")),
        ..console(false, state)
    };
    let device = Device::boot(&with(KeyState::Active)).expect("the console boots");
    let app = sign(&weather("1.0", "", 1), 1);
    block_on(device.library().install(&Offer::new(&app))).expect("its key is trusted");
    drop(device);
    let page = Page::open_with(with(KeyState::Revoked)).await;
    page.until("app('weather')?.dataset.state === 'refused'")
        .await;
    page.until("text('[data-app=weather] .app-exit').includes('was revoked')")
        .await;
    assert_eq!(
        page.value("all('[data-app=weather] [data-action=start]:not([hidden])').length")
            .await,
        0
    );
    page.until("text('#drop-note') === 'Accepts only apps signed by studio 2026.'")
        .await;
    page.run("one('[data-app=weather]').scrollIntoView();", json!(null))
        .await;
    page.picture("refused.png").await;
    page.click("[data-app=weather] [data-action=uninstall]")
        .await;
    page.until("one('#confirm-dialog').open").await;
    page.click("[data-action=confirm]").await;
    page.until("!app('weather')").await;
}
