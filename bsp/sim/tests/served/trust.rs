//! Signatures and trusted keys: which apps a console accepts.

use akira_pack::sign_detached;
use akira_package::KeyState::{Active, Revoked};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::console::{Console, Desk};
use crate::guests::version;
use crate::keys::{document, key, sign};

fn signer(console: &Console, name: &str) -> Value {
    console.app(name).expect("it is installed")["signer"].clone()
}

#[test]
fn a_console_of_a_newcomer_takes_every_app_and_says_so() {
    let desk = Desk::new();
    let console = desk.start(&[]);
    assert!(console.greeting[2].starts_with("Developer mode"));
    assert!(console.log("")[0].contains("developer mode"));
    let app = version("app", "1.0", "");
    let nobody = json!({ "kind": "nobody" });
    assert_eq!(console.inspect(&app).done()["signer"], nobody);
    assert_eq!(console.install("app", &app).done()["signer"], nobody);
    assert_eq!(signer(&console, "app"), nobody);
    console
        .install("foreign", &sign(&version("foreign", "1.0", ""), 9))
        .done();
    assert_eq!(signer(&console, "foreign"), nobody);
}

#[test]
fn a_console_with_a_key_takes_what_the_key_has_signed_and_nothing_else() {
    let desk = Desk::new();
    desk.put("studio.pub", key(1).public().to_wasmsign());
    let console = desk.start(&["--trust", "studio.pub"]);
    assert_eq!(console.greeting[2], "Accepts only apps signed by studio.");
    let app = version("app", "1.0", r#""display.write""#);
    let signed = sign(&app, 1);
    let mut changed = signed.clone();
    *changed.last_mut().expect("it has bytes") ^= 1;
    for (package, words) in [
        (app.clone(), "not signed"),
        (sign(&app, 2), "does not trust"),
        (changed, "signature"),
    ] {
        for answer in [console.install("app", &package), console.inspect(&package)] {
            let (status, error) = answer.refused();
            assert!(status == 422 && error.contains(words), "{error}");
        }
        assert_eq!(console.app("app"), None);
    }
    let studio = json!({ "kind": "key", "name": "studio" });
    assert_eq!(console.inspect(&signed).done()["signer"], studio);
    assert_eq!(console.install("app", &signed).done()["signer"], studio);
    drop(console);
    let pem = key(1).public().to_pem().expect("it is a key");
    desk.put("studio.pem", pem);
    let console = desk.start(&["--trust", "studio.pem"]);
    assert_eq!(signer(&console, "app"), studio);
    console.control("start", "app").done();
    drop(console);
    let console = desk.start(&[]);
    assert_eq!(signer(&console, "app"), json!({ "kind": "nobody" }));
    console.control("start", "app").done();
}

#[test]
fn a_signature_may_come_beside_an_app() {
    let desk = Desk::new();
    desk.put("studio.pub", key(1).public().to_wasmsign());
    let console = desk.start(&["--trust", "studio.pub"]);
    let app = version("app", "1.0", "");
    let good = BASE64_STANDARD.encode(sign_detached(&app, &key(1)).expect("it is a module"));
    let bad = BASE64_STANDARD.encode(sign_detached(&app, &key(2)).expect("it is a module"));
    let studio = json!({ "kind": "key", "name": "studio" });
    for path in [
        "/api/v1/apps/inspect",
        "/api/apps/install?name=app",
        "/api/apps/install",
    ] {
        let (status, error) = console.send_signed(path, &app, &bad).refused();
        assert!(status == 422 && error.contains("does not trust"), "{error}");
        let (status, error) = console.send_signed(path, &app, "???").refused();
        assert!(
            status == 400 && error.contains("akira-signature"),
            "{error}"
        );
        let report = console.send_signed(path, &app, &good).done();
        assert_eq!(report["signer"], studio, "{path}");
    }
}

#[test]
fn an_app_of_a_revoked_key_does_not_start_and_says_so() {
    let desk = Desk::new();
    desk.put(
        "old.trust",
        document(1, &[(1, "lost", 1, Active), (2, "kept", 2, Active)]),
    );
    desk.put(
        "new.trust",
        document(2, &[(1, "lost", 1, Revoked), (2, "kept", 2, Active)]),
    );
    let console = desk.start(&["--trust", "old.trust"]);
    let of_lost = sign(&version("risky", "1.0", ""), 1);
    console.install("risky", &of_lost).done();
    console
        .install("safe", &sign(&version("safe", "1.0", ""), 2))
        .done();
    console.control("start", "risky").done();
    drop(console);

    let console = desk.start(&["--trust", "new.trust"]);
    let app = console.app("risky").expect("it is shown");
    let why = app["last_exit"].as_str().unwrap_or_default();
    assert!(
        app["state"] == "refused" && why.contains("was revoked"),
        "{app}"
    );
    assert_eq!(app["version"], "1.0");
    for action in ["start", "stop", "restart"] {
        let (status, error) = console.control(action, "risky").refused();
        assert!(status == 409 && error.contains("was revoked"), "{error}");
    }
    assert!(console.log("risky")[0].contains("was revoked"));
    let (status, error) = console.install("risky", &of_lost).refused();
    assert!(status == 422 && error.contains("was revoked"), "{error}");
    console.control("start", "safe").done();

    console.uninstall("risky").done();
    assert_eq!(console.app("risky"), None);
    console
        .install("risky", &sign(&version("risky", "1.0", ""), 2))
        .done();
    console.control("start", "risky").done();
}

#[test]
fn a_document_revokes_a_key_while_the_console_runs_and_for_good() {
    let desk = Desk::new();
    let keys = |state| [(1, "lost", 1, state), (2, "kept", 2, Active)];
    desk.put("keys.trust", document(1, &keys(Active)));
    let console = desk.start(&["--trust", "keys.trust"]);
    let of_lost = sign(&version("risky", "1.0", ""), 1);
    console.install("risky", &of_lost).done();
    console.control("start", "risky").done();
    let revoke = document(2, &keys(Revoked));
    let mut changed = revoke.clone();
    changed[10] ^= 1;
    let trust = "/api/v1/trust";
    for (body, expected, words) in [
        (changed, 422, "changed after it was sealed"),
        (document(1, &keys(Revoked)), 409, "not above the current 1"),
        (b"dear reader".to_vec(), 422, "not a trust store"),
        (vec![0; 5_000], 413, "length limit"),
    ] {
        let (status, error) = console.call("POST", trust, &body).refused();
        assert!(status == expected && error.contains(words), "{error}");
        assert_eq!(
            console.app("risky").expect("it is there")["state"],
            "running"
        );
    }
    let answer = console.call("POST", trust, &revoke).done();
    assert_eq!(answer, json!({ "keys": ["kept"] }));
    let is_refused = |console: &Console| {
        let app = console.app("risky").expect("it is shown");
        assert_eq!(app["state"], "refused", "{app}");
        let (status, error) = console.control("start", "risky").refused();
        assert!(status == 409 && error.contains("was revoked"), "{error}");
        let (status, error) = console.install("risky", &of_lost).refused();
        assert!(status == 422 && error.contains("was revoked"), "{error}");
    };
    is_refused(&console);
    drop(console);
    // The console keeps the newer stored keys although it is started with the old trust store.
    let console = desk.start(&["--trust", "keys.trust"]);
    assert_eq!(console.greeting[2], "Accepts only apps signed by kept.");
    is_refused(&console);
    console.uninstall("risky").done();
}

#[test]
fn an_update_says_what_it_changes() {
    let desk = Desk::new();
    let keys = [
        (1, "old key", 1, Active),
        (2, "new key", 1, Active),
        (3, "rival", 3, Active),
    ];
    desk.put("keys.trust", document(1, &keys));
    let console = desk.start(&["--trust", "keys.trust", "--dev"]);
    let old = version("app", "1.0", r#""storage.read", "timer""#);
    console.install("app", &sign(&old, 1)).done();
    let new = version("app", "1.1", r#""timer", "display.write""#);
    let report = console.inspect(&sign(&new, 2)).done();
    assert_eq!(report["replaces"], "1.0");
    let changes = report["changes"].as_array().expect("there are some");
    let texts: Vec<&str> = changes
        .iter()
        .filter_map(|it| it["text"].as_str())
        .collect();
    let expected = [
        "signer: old key -> new key",
        "version: 1.0 -> 1.1",
        "gains display.write",
        "loses storage.read",
    ];
    assert_eq!(texts, expected);
    for (package, words) in [
        (new.clone(), "another signer"),
        (sign(&new, 3), "another signer"),
        (sign(&version("app", "0.9", ""), 1), "0.9"),
    ] {
        let (status, error) = console.install("app", &package).refused();
        assert!(status == 409 && error.contains(words), "{error}");
    }
    console.install("app", &sign(&new, 2)).done();
    let new_key = json!({ "kind": "key", "name": "new key" });
    assert_eq!(signer(&console, "app"), new_key);
}

#[test]
fn inspect_compares_with_a_flash_and_leaves_it_as_it_is() {
    let desk = Desk::new();
    let console = desk.start(&[]);
    let old = version("app", "1.0", r#""timer""#);
    console.install("app", &old).done();
    desk.put("app.wasm", version("app", "1.1", r#""timer", "gpio.read""#));
    let inspect = ["inspect", "app.wasm", "--flash", "akira.flash"];
    let said = desk.says(&inspect);
    assert!(said.contains("another console uses it"), "{said}");
    drop(console);
    let flash = || std::fs::read(desk.path().join("akira.flash")).expect("it is there");
    let before = flash();
    let said = desk.says(&inspect);
    for words in [
        "replaces 1.0",
        "version: 1.0 -> 1.1",
        "gains gpio.read",
        "unsigned",
    ] {
        assert!(said.contains(words), "{said}");
    }
    assert!(flash() == before, "it has changed");
    desk.put("studio.pub", key(1).public().to_wasmsign());
    let trusting = ["inspect", "app.wasm", "--trust", "studio.pub"];
    let app = std::fs::read(desk.path().join("app.wasm")).expect("it was put there");
    desk.put(
        "app.sig",
        sign_detached(&app, &key(1)).expect("it is a module"),
    );
    let said = desk.says(&[&trusting[..], &["--signature", "app.sig"]].concat());
    assert!(said.contains("signed by studio"), "{said}");
    let said = desk.says(&trusting);
    assert!(
        said.contains("app.wasm is refused: the app is not signed"),
        "{said}"
    );
}

#[test]
fn what_developer_mode_admitted_is_left_out_without_it() {
    let desk = Desk::new();
    let console = desk.start(&[]);
    console.install("app", &version("app", "1.0", "")).done();
    drop(console);
    desk.put("studio.pub", key(1).public().to_wasmsign());
    let console = desk.start(&["--trust", "studio.pub"]);
    let app = console.app("app").expect("it is shown");
    assert_eq!(app["state"], "refused");
    drop(console);
    let console = desk.start(&["--trust", "studio.pub", "--dev"]);
    assert_eq!(signer(&console, "app"), json!({ "kind": "nobody" }));
    console.control("start", "app").done();
}

#[test]
fn files_that_are_no_keys_are_refused_by_name() {
    let desk = Desk::new();
    desk.put("letter", "dear reader");
    desk.put("studio.key", key(1).to_wasmsign());
    let whole = document(1, &[(1, "studio", 1, Active)]);
    desk.put("cut.trust", &whole[..whole.len() - 1]);
    desk.put("whole.trust", &whole);
    desk.put("studio.pub", key(1).public().to_wasmsign());
    for (arguments, words) in [
        (&["--trust", "letter"][..], "letter is not a public key"),
        (&["--trust", "studio.key"], "other half of a key pair"),
        (&["--trust", "cut.trust"], "cut.trust is refused"),
        (&["--trust", "nowhere"], "nowhere cannot be read"),
        (
            &["--trust", "studio.pub", "--trust", "whole.trust"],
            "omit the other --trust",
        ),
        (
            &["--trust", "studio.pub", "--trust", "studio.pub"],
            "given twice",
        ),
    ] {
        let all = [&["--ephemeral", "--port", "0"][..], arguments].concat();
        let said = desk.says(&all);
        assert!(said.contains(words), "{said}");
    }
}
