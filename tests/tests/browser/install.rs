use std::path::Path;

use serde_json::json;

use crate::page::Page;

/// An app that asks for one capability it gets, one that the console does not offer and one that nobody knows.
const VISITOR: &str = r#"(module
    (@custom ".akira.manifest" "{\"name\":\"visitor\",\"version\":\"2.1.0\",\"capabilities\":[\"display.write\",\"network.use\",\"telepathy\"]}")
    (import "env" "puts" (func $puts (param i32) (result i32)))
    (memory (export "memory") 1 1)
    (data (i32.const 16) "the visitor is here\00")
    (func (export "main") (result i32) (drop (call $puts (i32.const 16))) (i32.const 0)))"#;

const MALFORMED: [&str; 4] = ["wrong_version", "manifest_not_json", "truncated", "empty"];

fn visitor() -> Vec<u8> {
    wat::parse_str(VISITOR).expect("the module is well formed")
}

/// Offers a file through the file picker's field.
async fn pick(page: &Page, file: &Path) {
    let file = file.canonicalize().expect("the file is there");
    let path = file.to_str().expect("paths in target/ are plain");
    page.type_into("#file", path).await;
}

/// Lets go of a file over the page, as a mouse would.
pub(crate) async fn drop_file(page: &Page, name: &str, bytes: &[u8]) {
    let script = "
        const [{ name, bytes }] = args;
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
        for (const type of ['dragenter', 'dragover', 'drop']) {
            document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }";
    page.run(script, json!({ "name": name, "bytes": bytes }))
        .await;
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
    let signer = page.value("one('#install-report .vouching').dataset.signer");
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
            "text('.toast.error').includes('{name}.wasm cannot be installed')"
        ))
        .await;
        let reason = page.value("text('.toast.error p').replace(/.*cannot be installed/, '')");
        assert_ne!(reason.await, "", "{name}");
        page.click(".toast.error [data-action=dismiss]").await;
    }
    assert_eq!(page.value("one('#install-dialog').open").await, false);
    assert_eq!(page.value("text('#apps-count')").await, before);
}
