//! Tests of the differences that an update shows, and of notifications of changes.

use crate::device::scripted;
use akira_runtime::abi::time::DELAY;
use akira_runtime::engine::Script;
use akira_runtime::{Change, InstallOptions, UnknownApp};
use embassy_futures::poll_once;
use std::rc::Rc;

fn app(manifest: &str) -> Script {
    Script {
        manifest: manifest.to_owned(),
        imports: vec![&DELAY],
        ..Script::default()
    }
}

#[test]
fn a_change_lists_signer_version_capabilities_and_costs() {
    let (runtime, engine) = scripted();
    let old = engine.app(app(
        r#"{"name": "a", "version": "1.0", "capabilities": ["gpio.read", "timer"]}"#,
    ));
    let new = engine.app(app(
        r#"{"name": "a", "version": "1.1", "capabilities": ["gpio.read", "ipc"], "memory_quota": 1048576,
            "resources": {"storage": 4096}}"#,
    ));
    let old: Rc<[u8]> = old.into();
    let options = InstallOptions::default();
    runtime.install(old, &options).expect("it is admitted");
    let options = options.with_signer(Some("acme"));
    let admission = runtime.inspect(&new, &options).expect("it may come in");
    let installed = runtime.app("a").expect("it is installed");
    let change = Change::new(&installed, &admission, &[]);
    let lines: Vec<String> = change.differences().map(|d| d.to_string()).collect();
    assert_eq!(
        lines[..4],
        [
            "signer: unsigned -> acme",
            "version: 1.0 -> 1.1",
            "gains ipc",
            "loses timer"
        ]
    );
    assert_eq!(
        lines.last().expect("there is one"),
        "room for files: 64 -> 4 KiB"
    );
    let same = runtime
        .inspect(&new, &options)
        .expect("it may come in twice");
    let new: Rc<[u8]> = new.clone().into();
    runtime.install(new, &options).expect("it is admitted");
    let installed = runtime.app("a").expect("it is installed");
    assert_eq!(Change::new(&installed, &same, &[]).differences().count(), 0);
}

#[test]
fn autostart_is_set_and_seen() {
    let (runtime, engine) = scripted();
    let image: Rc<[u8]> = engine.app(app(r#"{"name": "a"}"#)).into();
    runtime
        .install(image, &InstallOptions::default())
        .expect("it is admitted");
    assert!(!runtime.app("a").expect("it is installed").autostart);
    assert_eq!(runtime.set_autostart("a", true), Ok(()));
    assert!(runtime.app("a").expect("it is installed").autostart);
    assert_eq!(runtime.set_autostart("b", true), Err(UnknownApp));
    runtime.autostart();
    assert!(runtime.app("a").expect("it is installed").is_due);
}

#[test]
fn whoever_waits_hears_of_each_change_once() {
    let (runtime, engine) = scripted();
    let mut seen = 0;
    let mut hears = || poll_once(runtime.changed(&mut seen)).is_ready();
    assert!(!hears(), "nothing has happened");
    let image: Rc<[u8]> = engine.app(app(r#"{"name": "a"}"#)).into();
    runtime
        .install(image, &InstallOptions::default())
        .expect("it is admitted");
    assert!(hears() && !hears());
    runtime.uninstall("a").expect("it is installed");
    assert!(hears() && !hears());
}
