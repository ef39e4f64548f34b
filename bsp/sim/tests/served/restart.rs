//! Persistent state of a console across restarts.

use std::io::{Read, Write};

use serde_json::json;

use crate::client::begin;
use crate::console::Desk;
use crate::guests::version;

#[test]
fn apps_survive_a_restart_and_their_uninstall_too() {
    let desk = Desk::new();
    let console = desk.start(&[]);
    let report = console
        .install("keeper", &version("keeper", "1.0", ""))
        .done();
    assert_eq!(report["replaces"], json!(null));
    assert!(console.greeting[1].contains("akira.flash"));
    drop(console);
    let console = desk.start(&[]);
    let app = console.app("keeper").expect("it is there");
    assert_eq!(
        (&app["version"], &app["removable"]),
        (&json!("1.0"), &json!(true))
    );
    console.control("start", "keeper").done();
    console.uninstall("keeper").done();
    assert_eq!(console.app("keeper"), None);
    drop(console);
    assert_eq!(desk.start(&[]).app("keeper"), None);
}

#[test]
fn an_app_that_is_reset_begins_anew() {
    let desk = Desk::new();
    let console = desk.start(&[]);
    let run = || {
        console.control("start", "storage_demo").done();
        console.until_logged("storage_demo", "returned 0");
    };
    let stored = || {
        let report = console.call("GET", "/api/v1/apps/report?name=storage_demo", b"");
        report.done()["stored"].as_u64().expect("it is a number")
    };
    assert_eq!(stored(), 0);
    run();
    assert!(stored() > 0);
    console.control("reset", "storage_demo").done();
    assert_eq!(stored(), 0);
    let (status, error) = console.control("reset", "nobody").refused();
    assert!(status == 404, "{error}");
}

#[test]
fn an_ephemeral_console_keeps_nothing() {
    let desk = Desk::new();
    let console = desk.start(&["--ephemeral"]);
    console
        .install("keeper", &version("keeper", "1.0", ""))
        .done();
    drop(console);
    assert_eq!(desk.start(&["--ephemeral"]).app("keeper"), None);
    let left = std::fs::read_dir(desk.path()).expect("the folder is there");
    assert_eq!(left.count(), 0);
}

#[test]
fn apps_of_the_console_stay_and_their_names_are_taken() {
    let desk = Desk::new();
    let console = desk.start(&[]);
    let (status, error) = console.uninstall("launcher").refused();
    assert!(
        status == 409 && error.contains("part of the firmware"),
        "{error}"
    );
    for answer in [
        console.install("launcher", &version("launcher", "9.0", "")),
        console.inspect(&version("launcher", "9.0", "")),
    ] {
        let (status, error) = answer.refused();
        assert!(
            status == 409 && error.contains("use another name"),
            "{error}"
        );
    }
    let app = console.app("launcher").expect("it is there");
    assert_eq!(app["signer"], json!({ "kind": "firmware" }));
}

#[test]
fn an_app_that_comes_only_in_part_leaves_the_old_version() {
    let desk = Desk::new();
    let console = desk.start(&[]);
    console.install("app", &version("app", "1.0", "")).done();
    let new = version("app", "2.0", "");
    let mut half = begin(
        &console.address,
        "POST",
        "/api/apps/install?name=app",
        new.len(),
    )
    .expect("the console listens");
    half.write_all(&new[..new.len() / 2]).expect("it reads");
    drop(half);
    // The next install of this app discards the interrupted upload.
    let report = console.install("app", &version("app", "3.0", "")).done();
    assert_eq!(report["replaces"], json!("1.0"));
    assert_eq!(console.app("app").expect("it is there")["version"], "3.0");
}

#[test]
fn two_apps_may_come_at_once() {
    let desk = Desk::new();
    let console = desk.start(&[]);
    let apps = ["one", "two"].map(|name| (name, version(name, "1.0", "")));
    let mut links = apps.each_ref().map(|(name, app)| {
        let path = format!("/api/apps/install?name={name}");
        begin(&console.address, "POST", &path, app.len()).expect("the console listens")
    });
    for part in 0..2 {
        for (link, (_, app)) in links.iter_mut().zip(&apps) {
            let (first, second) = app.split_at(app.len() / 2);
            link.write_all([first, second][part]).expect("it reads");
        }
    }
    for mut link in links {
        let mut answer = String::new();
        link.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(apps.iter().all(|(name, _)| console.app(name).is_some()));
}

#[test]
fn an_app_is_sent_under_the_name_that_its_manifest_has() {
    let desk = Desk::new();
    let console = desk.start(&[]);
    let (status, error) = console
        .install("other", &version("app", "1.0", ""))
        .refused();
    assert!(
        status == 422 && error.contains("its manifest calls it app"),
        "{error}"
    );
    assert!(console.app("app").is_none() && console.app("other").is_none());
    let nameless = version("app", "1.0", "");
    let report = console.call("POST", "/api/apps/install", &nameless).done();
    assert_eq!(report["name"], "app");
}
