use std::fs;

use akira_sim::state::State;

use super::{folder, names, open, refusal, write};

#[test]
fn two_consoles_do_not_share_a_folder() {
    let dir = folder();
    let first = open(&dir);
    let refusal = refusal(&dir);
    assert!(refusal.contains("another console"), "{refusal}");
    assert!(refusal.contains("lock"), "{refusal}");
    drop(first);
    open(&dir);
}

#[test]
fn a_folder_stays_locked_while_any_part_is_in_use() {
    let dir = folder();
    let State {
        files,
        settings,
        library,
    } = open(&dir);
    drop((files, library));
    assert!(refusal(&dir).contains("another console"));
    drop(settings);
    open(&dir);
}

#[test]
fn folders_are_made_with_those_they_lie_in() {
    let dir = folder();
    let inner = dir.path().join("a/b");
    let state = State::open(Some(&inner)).expect("it can be made");
    drop(state);
    let made = ["apps", "apps.json", "files", "lock", "new"];
    assert_eq!(names(inner), made);
}

#[test]
fn a_file_in_place_of_the_folder_is_an_error_with_its_path() {
    let dir = folder();
    let file = dir.path().join("state");
    write(&file, "");
    let error = State::open(Some(&file)).expect_err("a file is no folder");
    assert!(error.to_string().contains("state"), "{error}");
}

#[test]
fn what_a_killed_console_was_writing_is_removed() {
    let dir = folder();
    drop(open(&dir));
    write(dir.path().join("new/7"), "half a fi");
    drop(open(&dir));
    assert!(names(dir.path().join("new")).is_empty());
}

#[cfg(unix)]
#[test]
fn links_in_place_of_its_own_folders_are_refused() {
    for name in ["apps", "files", "lock"] {
        let (dir, outside) = (folder(), folder());
        let link = dir.path().join(name);
        std::os::unix::fs::symlink(outside.path(), &link).expect("a link can be made");
        let refusal = refusal(&dir);
        assert!(refusal.contains(name), "{refusal}");
        assert!(refusal.contains("link"), "{refusal}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_new_is_removed_and_what_it_leads_to_stays() {
    let (dir, outside) = (folder(), folder());
    write(outside.path().join("letter"), "dear");
    std::os::unix::fs::symlink(outside.path(), dir.path().join("new")).expect("a link can be made");
    drop(open(&dir));
    assert_eq!(names(outside.path()), ["letter"]);
    let new = fs::symlink_metadata(dir.path().join("new")).expect("it was made");
    assert!(new.is_dir());
}
