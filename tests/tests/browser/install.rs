use std::path::Path;

use serde_json::json;

use crate::page::Page;

/// App that requests one capability that is granted, one that the console does not offer, and an
/// unknown one.
const VISITOR: &str = r#"(module
    (@custom ".akira.manifest" "{\"name\":\"visitor\",\"version\":\"2.1.0\",\"capabilities\":[\"display.write\",\"network.use\",\"telepathy\"]}")
    (import "env" "puts" (func $puts (param i32) (result i32)))
    (memory (export "memory") 1 1)
    (data (i32.const 16) "the visitor is here\00")
    (func (export "main") (result i32) (drop (call $puts (i32.const 16))) (i32.const 0)))"#;

const MALFORMED: [&str; 4] = ["wrong_version", "manifest_not_json", "truncated", "empty"];

/// App without a manifest, whose `main` does nothing.
pub(crate) const MODULE: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x08\x01\x04main\0\0\x0a\x04\x01\x02\0\x0b";

const MANIFEST: &[u8] =
    br#"{"name": "guest", "version": "3.0", "capabilities": ["display.write"]}"#;

/// App that waits for ever.
const WAITS: &str = r#"(module
    (@custom ".akira.manifest" "{\"name\":\"waits\",\"version\":\"1.0\"}")
    (import "env" "delay" (func $delay (param i32) (result i32)))
    (memory (export "memory") 1 1)
    (func (export "main") (result i32)
        (loop $again (drop (call $delay (i32.const 1000000))) (br $again))
        (i32.const 0)))"#;

pub(crate) fn visitor() -> Vec<u8> {
    wat::parse_str(VISITOR).expect("the module is well formed")
}

/// Selects a file in the file picker.
async fn pick(page: &Page, file: &Path) {
    let file = file.canonicalize().expect("the file is there");
    let path = file.to_str().expect("paths in target/ are plain");
    page.type_into("#file", path).await;
}

/// Drops a file on the page, as a user with a mouse does.
pub(crate) async fn drop_file(page: &Page, name: &str, bytes: &[u8]) {
    drop_files(page, &[(name, bytes)]).await;
}

/// Drops several files at once.
async fn drop_files(page: &Page, files: &[(&str, &[u8])]) {
    let files: Vec<_> = files
        .iter()
        .map(|(name, bytes)| json!({ "name": name, "bytes": bytes }))
        .collect();
    let script = "
        const dataTransfer = new DataTransfer();
        for (const { name, bytes } of args[0]) dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
        for (const type of ['dragenter', 'dragover', 'drop']) {
            document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }";
    page.run(script, json!(files)).await;
}

/// Installs an app: drops its file and confirms the dialog.
pub(crate) async fn install(page: &Page, name: &str, bytes: &[u8]) {
    drop_file(page, &format!("{name}.wasm"), bytes).await;
    page.until("one('#install-dialog').open").await;
    page.click("[data-action=confirm-install]").await;
    page.until_with("app(args[0]) && !one('#install-dialog').open", json!(name))
        .await;
}

/// Packs files in the format of AkiraOS's tools.
fn akpkg(files: &[(&str, &[u8])]) -> Vec<u8> {
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut tar = tar::Builder::new(gzip);
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        let added = tar.append_data(&mut header, name, *bytes);
        added.expect("a vector takes all");
    }
    let gzip = tar.into_inner().expect("a vector takes all");
    gzip.finish().expect("a vector takes all")
}

/// Waits for the report on an app with a separate manifest file.
async fn see_guest(page: &Page, note: &str) {
    page.until("text('#install-title') === 'Install guest?'")
        .await;
    page.until("one('#install-report .granted[data-capability=\"display.write\"]')")
        .await;
    page.until_with("text('#install-notes').includes(args[0])", json!(note))
        .await;
    assert_eq!(page.value("one('#install-manifest').hidden").await, true);
}

async fn see_report(page: &Page) {
    page.until("one('#install-dialog').open").await;
    for (kind, capability) in [
        ("granted", "display.write"),
        ("denied", "network.use"),
        ("unknown", "telepathy"),
    ] {
        let row = format!("one('#install-report .{kind}[data-capability=\"{capability}\"]')");
        page.until(&row).await;
    }
    let signer = page.value("one('#install-report .signer').dataset.signer");
    assert_eq!(signer.await, "nobody");
    assert!(page.value("app('visitor')").await.is_null());
}

#[tokio::test]
async fn picked_app_is_reported_installed_run_and_uninstalled() {
    let page = Page::open().await;
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("visitor.wasm");
    std::fs::write(&file, visitor()).expect("target/ is writable");
    pick(&page, &file).await;
    see_report(&page).await;
    page.click("[data-action=confirm-install]").await;
    page.until("app('visitor') && !one('#install-dialog').open")
        .await;

    page.click("[data-app=visitor] [data-action=start]").await;
    page.until("logged('the visitor is here')").await;

    page.click("[data-app=visitor] [data-action=uninstall]")
        .await;
    page.until("one('#confirm-dialog').open").await;
    page.click("[data-action=confirm]").await;
    page.until("!app('visitor')").await;
}

#[tokio::test]
async fn dropped_app_is_reported_and_not_installed_when_cancelled() {
    let page = Page::open().await;
    drop_file(&page, "visitor.wasm", &visitor()).await;
    see_report(&page).await;
    page.click("footer [data-action=cancel-install]").await;
    page.until("!one('#install-dialog').open").await;
    assert!(page.value("app('visitor')").await.is_null());

    drop_file(&page, "visitor.wasm", &visitor()).await;
    see_report(&page).await;
    page.click("[data-action=confirm-install]").await;
    page.until("app('visitor')").await;
}

#[tokio::test]
async fn malformed_app_is_refused_with_the_reason() {
    let page = Page::open().await;
    let before = page.value("text('#apps-count')").await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/apps/bin/malformed");
    for name in MALFORMED {
        let file = folder.join(format!("{name}.wasm"));
        pick(&page, &file).await;
        page.until(&format!(
            "text('.notice.error').includes('{name}.wasm cannot be installed')"
        ))
        .await;
        let reason = page.value("text('.notice.error p').replace(/.*cannot be installed/, '')");
        assert_ne!(reason.await, "", "{name}");
        page.click(".notice.error [data-action=dismiss]").await;
    }
    assert_eq!(page.value("one('#install-dialog').open").await, false);
    assert_eq!(page.value("text('#apps-count')").await, before);
}

#[tokio::test]
async fn module_and_its_manifest_are_installed_as_one_app() {
    let page = Page::open().await;
    drop_files(&page, &[("m.json", MANIFEST), ("any.wasm", MODULE)]).await;
    see_guest(&page, "With the manifest of m.json.").await;
    page.picture("manifest.png").await;
    page.click("[data-action=confirm-install]").await;
    page.until("text('[data-app=guest] .app-version') === '3.0'")
        .await;
}

#[tokio::test]
async fn module_without_a_manifest_is_given_one_in_the_dialog() {
    let page = Page::open().await;
    drop_file(&page, "any.wasm", MODULE).await;
    page.until("one('#install-dialog').open && one('#choose-manifest').checkVisibility()")
        .await;
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guest.json");
    std::fs::write(&file, MANIFEST).expect("target/ is writable");
    let path = file.to_str().expect("paths in target/ are plain");
    page.type_into("#manifest-file", path).await;
    see_guest(&page, "With the manifest of guest.json.").await;
    page.click("footer [data-action=cancel-install]").await;

    drop_file(&page, "visitor.wasm", &visitor()).await;
    see_report(&page).await;
    assert_eq!(page.value("one('#install-manifest').hidden").await, true);
}

#[tokio::test]
async fn manifest_that_cannot_be_used_says_why() {
    let page = Page::open().await;
    let signed = akira_pack::sign_module(MODULE, &akira_pack::SigningKey::from_seed(&[1; 32]));
    let signed = signed.expect("it is a module");
    for (files, title, reason) in [
        (vec![("m.json", MANIFEST)], "m.json", "Choose its module"),
        (
            vec![("a.wasm", MODULE), ("b.wasm", MODULE)],
            "a.wasm",
            "one at a time",
        ),
        (
            vec![("a.wasm", &signed[..]), ("m.json", MANIFEST)],
            "a.wasm",
            "break the signature",
        ),
        (
            vec![("a.wasm", &MODULE[..20]), ("m.json", MANIFEST)],
            "a.wasm",
            "not a WebAssembly module",
        ),
        (
            vec![("a.wasm", MODULE), ("m.json", &b"{\"name\": 7}"[..])],
            "a.wasm",
            "must be a string",
        ),
    ] {
        drop_files(&page, &files).await;
        page.until_with(
            "text('.notice.error b').startsWith(args[0][0]) && text('.notice.error').includes(args[0][1])",
            json!([title, reason]),
        )
        .await;
        page.click(".notice.error [data-action=dismiss]").await;
    }
}

#[tokio::test]
async fn akpkg_is_opened_and_its_app_installed() {
    let page = Page::open().await;
    let files = [
        ("app.wasm", MODULE),
        ("manifest.json", MANIFEST),
        ("icon_32.bmp", &b"BM"[..]),
    ];
    drop_file(&page, "guest.akpkg", &akpkg(&files)).await;
    see_guest(&page, "With the manifest of guest.akpkg.").await;
    page.until("text('#install-notes').includes('Not used: icon_32.bmp.')")
        .await;
    page.click("[data-action=confirm-install]").await;
    page.until("text('[data-app=guest] .app-version') === '3.0'")
        .await;

    let (whole, large) = (akpkg(&files), vec![0; 5 << 20]);
    for (bytes, reason) in [
        (akpkg(&files[1..]), "has no app.wasm"),
        (akpkg(&[("app.aot", MODULE)]), "native code"),
        (akpkg(&[("app.wasm", &large[..])]), "more than 4 MiB"),
        (whole[..whole.len() / 2].to_vec(), "damaged"),
    ] {
        drop_file(&page, "bad.akpkg", &bytes).await;
        page.until_with("text('.notice.error').includes(args[0])", json!(reason))
            .await;
        page.click(".notice.error [data-action=dismiss]").await;
    }
}

#[tokio::test]
async fn app_that_runs_while_it_is_replaced_is_offered_to_be_restarted() {
    let page = Page::open().await;
    let app = wat::parse_str(WAITS).expect("the module is well formed");
    install(&page, "waits", &app).await;
    page.until("text('[data-action=follow-notice]') === 'Start'")
        .await;
    // The button stays valid if the app was started elsewhere in the meantime.
    page.click("[data-app=waits] [data-action=start]").await;
    page.until("app('waits').dataset.state === 'running'").await;
    page.click("[data-action=follow-notice]").await;
    page.until("app('waits').dataset.state === 'running'").await;

    install(&page, "waits", &app).await;
    page.until("text('[data-action=follow-notice]') === 'Restart'")
        .await;
    let starts = "lines().filter((line) => line.dataset.from === 'waits' && line.textContent.includes('started')).length";
    let before = page.value(starts).await;
    page.click("[data-action=follow-notice]").await;
    page.until_with(&format!("{starts} > args[0]"), before)
        .await;
    page.until("app('waits').dataset.state === 'running'").await;
    assert_eq!(page.value("all('.notice.error').length").await, 0);
}
