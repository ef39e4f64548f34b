//! Text that others wrote, on an operator's terminal.

use akira_caps::{Harmless, Manifest, is_harmless};

#[test]
fn no_character_gets_through_that_drives_a_terminal_or_hides() {
    let hostile = [
        0x00..=0x1F,
        0x7F..=0x9F,
        0xAD..=0xAD,
        0x61C..=0x61C,
        0x200B..=0x200F,
        0x2028..=0x202E,
        0x2060..=0x206F,
        0xFEFF..=0xFEFF,
        0xFFF9..=0xFFFB,
        0xE0000..=0xE007F,
    ];
    for c in hostile.into_iter().flatten().filter_map(char::from_u32) {
        assert!(!is_harmless(c), "{c:?}");
        let shown = Harmless(format_args!("a{c}{}b", String::from(c))).to_string();
        assert_eq!(shown, "a\u{fffd}\u{fffd}b", "{c:?}");
    }
}

#[test]
fn what_people_write_stays_as_it_is() {
    let text = "Grüße, 世界 🙂 \u{a0}Ω שלום مرحبا \u{fffd}~ !";
    assert_eq!(Harmless(text).to_string(), text);
}

#[test]
fn a_manifests_texts_are_shown_with_what_they_hide() {
    let text = "{\"capabilities\":[\"a\\u001b[2J\\u202eb\\u009b\"]}";
    let manifest = Manifest::parse(text.as_bytes()).expect("a manifest");
    let name = manifest.capabilities.iter().next().expect("one");
    assert_eq!(name.to_string(), "a\\u{1b}[2J\\u{202e}b\\u{9b}");
    for version in ["1\\u202e", "1\\n", "1\u{200b}", "1\\u009b"] {
        let text = format!("{{\"version\":\"{version}\"}}");
        assert!(Manifest::parse(text.as_bytes()).is_err(), "{version}");
    }
}
