use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use akira_sim::state::{CAPACITY, Library, MAX_APPS, MAX_IMAGE, MAX_SIDECAR, State, Stored};
use tempfile::TempDir;

use super::{folder, names, open, refusal, write};

/// An app all parts of which tell its version.
fn app(name: &str, version: u8) -> Stored {
    Stored {
        sidecar: Some(vec![version; 20]),
        grant: vec![format!("gpio.write{version}")],
        deny: vec![format!("network.use{version}")],
        ..Stored::bare(Some(name.into()), vec![version; 1000])
    }
}

fn keep(dir: &TempDir, app: &Stored) {
    open(dir).library.keep(app).expect("there is room");
}

fn apps(dir: &TempDir) -> Vec<Stored> {
    open(dir).library.apps().expect("nothing is damaged")
}

fn registry(dir: &TempDir) -> PathBuf {
    dir.path().join("apps.json")
}

fn in_apps(dir: &TempDir) -> Vec<String> {
    names(dir.path().join("apps"))
}

#[test]
fn apps_survive_a_restart_in_the_order_of_installation() {
    let dir = folder();
    let bare = Stored::bare(Some("blocks".into()), vec![7; 10]);
    keep(&dir, &app("snake", 1));
    keep(&dir, &bare);
    assert_eq!(apps(&dir), [app("snake", 1), bare]);
    assert_eq!(in_apps(&dir), ["blocks.wasm", "snake.json", "snake.wasm"]);
}

#[test]
fn a_new_version_replaces_the_old_one_and_its_files() {
    let dir = folder();
    for version in 1..6 {
        keep(&dir, &app("snake", version));
        assert_eq!(apps(&dir), [app("snake", version)]);
        assert_eq!(in_apps(&dir).len(), 2);
    }
    let bare = Stored::bare(Some("snake".into()), vec![7; 10]);
    keep(&dir, &bare);
    assert_eq!(apps(&dir), [bare]);
    assert_eq!(in_apps(&dir).len(), 1);
}

#[test]
fn forgetting_removes_an_app_with_its_files() {
    let dir = folder();
    keep(&dir, &app("snake", 1));
    keep(&dir, &app("blocks", 1));
    let mut library = open(&dir).library;
    library.forget("snake").expect("it is there");
    library.forget("snake").expect("forgetting twice is fine");
    library
        .forget("../apps.json")
        .expect("there is no such app");
    drop(library);
    assert_eq!(apps(&dir), [app("blocks", 1)]);
    assert_eq!(in_apps(&dir), ["blocks.json", "blocks.wasm"]);
}

/// Copies the files of one folder over those of another.
fn copy(from: &TempDir, to: &TempDir, files: &[&str]) {
    for file in files {
        let copied = fs::copy(from.path().join(file), to.path().join(file));
        copied.expect("both are there");
    }
}

#[test]
fn a_kill_between_any_two_steps_leaves_the_old_or_the_new_app() {
    // What a completed replacement writes, in its order.
    let steps = ["apps/snake~1.wasm", "apps/snake~1.json", "apps.json"];
    let (old, new) = (app("snake", 1), app("snake", 2));
    let after = folder();
    keep(&after, &old);
    keep(&after, &new);
    for done in 0..=steps.len() {
        let dir = folder();
        keep(&dir, &old);
        copy(&after, &dir, &steps[..done]);
        let expected = if done < steps.len() { &old } else { &new };
        assert_eq!(
            apps(&dir),
            std::slice::from_ref(expected),
            "after {done} steps"
        );
        assert_eq!(in_apps(&dir).len(), 2, "after {done} steps");
        keep(&dir, &app("snake", 3));
        assert_eq!(apps(&dir), [app("snake", 3)], "after {done} steps");
        assert_eq!(in_apps(&dir).len(), 2, "after {done} steps");
    }
}

#[test]
fn a_first_installation_that_was_killed_leaves_nothing() {
    let dir = folder();
    drop(open(&dir));
    write(dir.path().join("apps/snake.wasm"), "whole");
    write(dir.path().join("apps/snake.json"), "whole");
    write(dir.path().join("new/1"), "half");
    assert_eq!(apps(&dir), []);
    assert!(in_apps(&dir).is_empty());
}

#[test]
fn a_removal_that_was_killed_is_finished_at_the_next_start() {
    let dir = folder();
    keep(&dir, &app("snake", 1));
    write(registry(&dir), "{\"apps\": []}");
    assert_eq!(apps(&dir), []);
    assert!(in_apps(&dir).is_empty());
}

#[test]
fn what_others_put_beside_the_apps_stays() {
    let dir = folder();
    keep(&dir, &app("snake", 1));
    let strange = [".hidden.wasm", "notes.txt", "snake.wasm.bak"];
    for name in strange {
        write(dir.path().join("apps").join(name), "mine");
    }
    fs::create_dir(dir.path().join("apps/src.wasm")).expect("it is not there");
    drop(open(&dir));
    for name in strange.into_iter().chain(["src.wasm", "snake.wasm"]) {
        assert!(in_apps(&dir).contains(&name.to_owned()), "{name}");
    }
}

#[test]
fn an_installation_that_fails_leaves_the_old_app() {
    let dir = folder();
    keep(&dir, &app("snake", 1));
    let mut library = open(&dir).library;
    fs::remove_dir(dir.path().join("new")).expect("it is empty");
    let error = library
        .keep(&app("snake", 2))
        .expect_err("nothing can be written");
    assert!(
        error
            .to_string()
            .contains(&*dir.path().join("new").to_string_lossy()),
        "{error}"
    );
    drop(library);
    assert_eq!(apps(&dir), [app("snake", 1)]);
}

#[test]
fn an_installation_that_fails_at_any_file_leaves_the_old_app() {
    for file in ["snake~1.wasm", "snake~1.json"] {
        let dir = folder();
        keep(&dir, &app("snake", 1));
        // A file cannot take the place of a folder.
        fs::create_dir(dir.path().join("apps").join(file)).expect("it is not there");
        let kept = open(&dir).library.keep(&app("snake", 2));
        let error = kept.expect_err("a folder is in the way").to_string();
        assert!(error.contains(file), "{error}");
        assert_eq!(apps(&dir), [app("snake", 1)]);
        assert_eq!(in_apps(&dir), ["snake.json", "snake.wasm", file]);
    }
}

#[test]
fn apps_whose_names_differ_in_case_share_no_file() {
    let dir = folder();
    for (version, name) in [(1, "Snake"), (2, "snake"), (3, "SNAKE")] {
        keep(&dir, &app(name, version));
    }
    let all = [app("Snake", 1), app("snake", 2), app("SNAKE", 3)];
    assert_eq!(apps(&dir), all);
    let mut files: Vec<_> = in_apps(&dir).iter().map(|n| n.to_lowercase()).collect();
    files.dedup();
    assert_eq!(files.len(), 6);
}

#[test]
fn hostile_names_are_refused_and_write_nothing() {
    let hostile = [
        "",
        ".",
        "..",
        "../x",
        "/etc/x",
        "a/b",
        "a\\b",
        "c:x",
        "a~1",
        ".x",
        "x\0",
        "x\n",
        "0123456789abcdef0123456789abcdef",
    ];
    let dir = folder();
    let mut library = open(&dir).library;
    for name in hostile {
        let error = library.keep(&app(name, 1)).expect_err("it is no name");
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name:?}");
    }
    assert!(in_apps(&dir).is_empty());
    assert_eq!(
        names(dir.path()),
        ["apps", "apps.json", "files", "lock", "new"]
    );
}

#[test]
fn a_damaged_list_names_the_file_and_the_remedy_and_stays() {
    let twice = r#"{"apps": [{"name": "a"}, {"name": "a"}]}"#;
    let outside = r#"{"apps": [{"name": "../../x"}]}"#;
    let unknown = r#"{"apps": [{"name": "a", "file": "/etc/passwd"}]}"#;
    let huge = " ".repeat(300_000);
    for json in ["", "{", "[]", "{}", twice, outside, unknown, &huge] {
        let dir = folder();
        keep(&dir, &app("snake", 1));
        write(registry(&dir), json);
        let refusal = refusal(&dir);
        assert!(
            refusal.contains(&*registry(&dir).to_string_lossy()),
            "{refusal}"
        );
        assert!(
            refusal.contains("mend it") || refusal.contains("move it away"),
            "{refusal}"
        );
        assert_eq!(in_apps(&dir), ["snake.json", "snake.wasm"]);
        let left = fs::read(registry(&dir)).expect("it is still there");
        assert_eq!(left, json.as_bytes());
    }
}

#[test]
fn a_lost_list_does_not_cost_the_images() {
    let dir = folder();
    keep(&dir, &app("snake", 1));
    let list = fs::read(registry(&dir)).expect("it was written");
    fs::remove_file(registry(&dir)).expect("it is there");
    assert!(refusal(&dir).contains("put it back"));
    write(registry(&dir), list);
    assert_eq!(apps(&dir), [app("snake", 1)]);
}

#[test]
fn a_list_written_by_hand_needs_only_names() {
    let dir = folder();
    drop(open(&dir));
    write(registry(&dir), r#"{"apps": [{"name": "snake"}]}"#);
    write(dir.path().join("apps/snake.wasm"), "image");
    let expected = Stored::bare(Some("snake".into()), b"image".to_vec());
    assert_eq!(apps(&dir), [expected]);
}

#[test]
fn an_image_that_is_gone_is_an_error_that_names_it() {
    let dir = folder();
    keep(&dir, &app("snake", 1));
    fs::remove_file(dir.path().join("apps/snake.wasm")).expect("it is there");
    let error = open(&dir).library.apps().expect_err("it is gone");
    assert!(error.to_string().contains("snake.wasm"), "{error}");
    assert!(error.to_string().contains("put it back"), "{error}");
    let mut library = open(&dir).library;
    library.forget("snake").expect("it can still be forgotten");
    drop(library);
    assert_eq!(apps(&dir), []);
}

#[cfg(unix)]
#[test]
fn links_in_place_of_images_and_the_list_are_not_followed() {
    let (dir, outside) = (folder(), folder());
    let secret = outside.path().join("secret");
    write(&secret, "{\"apps\": []}");
    keep(&dir, &Stored::bare(Some("snake".into()), vec![1; 10]));
    let image = dir.path().join("apps/snake.wasm");
    for file in [&image, &registry(&dir)] {
        fs::remove_file(file).expect("it is there");
        std::os::unix::fs::symlink(&secret, file).expect("a link can be made");
        let read = State::open(Some(dir.path())).and_then(|state| state.library.apps());
        let error = read.expect_err("a link is not followed").to_string();
        assert!(error.contains("link"), "{error}");
    }
}

#[test]
fn sizes_are_bounded_when_written_and_when_read() {
    let dir = folder();
    let mut library = open(&dir).library;
    let large = Stored::bare(Some("large".into()), vec![0; MAX_IMAGE]);
    library.keep(&large).expect("it is just small enough");
    let mut larger = large.clone();
    larger.image.push(0);
    let mut wordy = app("wordy", 1);
    wordy.sidecar = Some(vec![0; MAX_SIDECAR + 1]);
    for app in [&larger, &wordy] {
        let error = library.keep(app).expect_err("it is too large");
        assert_eq!(error.kind(), ErrorKind::FileTooLarge);
    }
    write(dir.path().join("apps/large.wasm"), &larger.image);
    let error = library.apps().expect_err("it has grown");
    assert_eq!(error.kind(), ErrorKind::FileTooLarge);
    assert!(error.to_string().contains("large.wasm"), "{error}");
}

#[test]
fn a_full_library_refuses_with_what_is_missing() {
    let dir = folder();
    let mut library = open(&dir).library;
    let large = |n: usize| Stored::bare(Some(format!("large{n}")), vec![0; MAX_IMAGE]);
    let fitting = CAPACITY as usize / (MAX_IMAGE + 64);
    for n in 0..fitting {
        library.keep(&large(n)).expect("there is room");
    }
    let error = library.keep(&large(fitting)).expect_err("it is full");
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    let (free, total) = library.space();
    assert_eq!(total, u64::from(CAPACITY));
    assert_eq!(free, total - fitting as u64 * (MAX_IMAGE as u64 + 64));
    assert_eq!(in_apps(&dir).len(), fitting);
}

#[test]
fn no_more_apps_are_kept_than_there_are_places() {
    let dir = folder();
    let mut library = open(&dir).library;
    let small = |n: usize| Stored::bare(Some(format!("app{n}")), vec![0]);
    for n in 0..MAX_APPS {
        library.keep(&small(n)).expect("there is a place");
    }
    let error = library.keep(&small(MAX_APPS)).expect_err("it is full");
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    library.keep(&small(0)).expect("it replaces itself");
    assert_eq!(library.apps().expect("all is well").len(), MAX_APPS);
}

#[test]
fn a_list_of_capabilities_that_could_not_be_read_again_is_refused() {
    let dir = folder();
    let mut library = open(&dir).library;
    let mut greedy = app("greedy", 1);
    greedy.grant = vec!["acme.valve".into(); 30_000];
    let error = library.keep(&greedy).expect_err("the list is too long");
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    drop(library);
    assert_eq!(apps(&dir), []);
    assert!(in_apps(&dir).is_empty());
}

#[test]
fn without_a_folder_nothing_is_kept() {
    let mut library = Library::open(None).expect("nothing needs no room");
    library.keep(&app("snake", 1)).expect("it is forgotten");
    library.keep(&app("..", 1)).expect_err("it is no name");
    library.forget("snake").expect("there is none");
    assert_eq!(library.apps().expect("nothing can be damaged"), []);
    assert_eq!(library.space(), (u64::from(CAPACITY), u64::from(CAPACITY)));
}
