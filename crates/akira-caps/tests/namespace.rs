//! Which names are the firmware's.

use akira_caps::{AppName, Manifest, is_firmware_setting, is_firmware_topic, is_reserved_app};

const RESERVED: [&str; 9] = [
    "system",
    "akira",
    "System",
    "AKIRA",
    "system.",
    "system..x",
    "akira.lifecycle",
    "Akira.x",
    "SYSTEM.net",
];

const FREE: [&str; 10] = [
    "systems",
    "system-x",
    "system_x",
    "system x",
    "akira-snake",
    "akiraos",
    "x.system",
    "my akira",
    "sys",
    "user",
];

#[test]
fn no_app_is_called_like_the_firmware() {
    for name in RESERVED {
        assert!(is_reserved_app(name), "{name}");
        assert_eq!(AppName::new(name), None, "{name}");
        let installed = AppName::installed(name).expect("it is on flash from before");
        assert_eq!(installed.as_str(), name);
    }
    for name in FREE {
        assert!(AppName::new(name).is_some(), "{name}");
    }
}

#[test]
fn what_is_no_name_was_never_installed() {
    for name in [
        "",
        ".trust",
        "system/",
        "a/b",
        "..",
        "system ",
        " system",
        "sys\ttem",
        "s\u{443}stem",
    ] {
        assert_eq!(AppName::new(name), None, "{name:?}");
        assert_eq!(AppName::installed(name), None, "{name:?}");
    }
}

#[test]
fn a_manifest_that_names_a_reserved_one_is_told_which_are() {
    for name in ["system", "aki\\u0072a.x", "SYSTEM"] {
        let text = format!("{{\"name\": \"{name}\"}}");
        let error = Manifest::parse(text.as_bytes()).expect_err("the name is reserved");
        assert_eq!(
            error.to_string(),
            "manifest field \"name\" must be letters, digits, '.', '_', '-' or inner spaces, not beginning with '.', \
             and not the reserved \"system\" or \"akira\" at line 1, column 10"
        );
    }
}

#[test]
fn settings_are_the_firmwares_below_its_names() {
    for key in [
        "system/x",
        "system/",
        "system//x",
        "System/x",
        "akira/x",
        "AKIRA/../x",
    ] {
        assert!(is_firmware_setting(key), "{key}");
    }
    for key in [
        "system",
        "systems/x",
        "/system/x",
        "app/system/x",
        "system.x/y",
        "",
        "/",
    ] {
        assert!(!is_firmware_setting(key), "{key}");
    }
}

#[test]
fn topics_are_the_firmwares_below_its_names() {
    for topic in [
        "akira.lifecycle",
        "akira.",
        "Akira.lifecycle",
        "system.x",
        "akira..x",
    ] {
        assert!(is_firmware_topic(topic), "{topic}");
    }
    for topic in ["akira", "akiraos.x", ".akira.x", "akira/x", "", "x.akira.y"] {
        assert!(!is_firmware_topic(topic), "{topic}");
    }
}
