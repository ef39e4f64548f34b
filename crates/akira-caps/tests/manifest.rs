//! Reading manifests: what passes, what does not, and what the error says.

use akira_caps::{
    AbiVersion, AppName, ChannelScope, ErrorKind, Firmware, I2cScope, Incompatible, Manifest,
    ManifestError, NewerMinor, PinScope, Restart, SpiScope, Version, Warning,
};

fn parse(text: &str) -> Manifest<'_> {
    Manifest::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn refuse(text: &str) -> ManifestError {
    Manifest::parse(text.as_bytes())
        .err()
        .unwrap_or_else(|| panic!("accepted: {text}"))
}

fn names(manifest: &Manifest<'_>) -> Vec<String> {
    manifest
        .capabilities
        .iter()
        .map(|name| name.to_string())
        .collect()
}

fn warnings(text: &str) -> Vec<String> {
    parse(text).warnings().map(|w| w.to_string()).collect()
}

/// The manifest that the README shows.
fn readme_manifest() -> &'static str {
    let readme = include_str!("../README.md");
    let (_, rest) = readme
        .split_once("```json\n")
        .expect("the README shows a manifest");
    rest.split_once("```").expect("the example ends").0
}

#[test]
fn the_manifest_of_the_readme_has_every_field() {
    let m = parse(readme_manifest());
    assert_eq!(m.name.as_deref(), Some("thermostat"));
    assert_eq!(m.version, "1.2.0");
    assert_eq!(m.description.to_string(), "Keeps the room warm");
    assert_eq!(m.author.to_string(), "Ada");
    assert_eq!(m.entry.as_deref(), Some("main"));
    assert_eq!(names(&m), ["sensor.read", "gpio.*", "i2c", "network.use"]);
    assert_eq!(m.abi, Some(AbiVersion::V1_0));
    assert_eq!(m.min_akiraos_version, Version::parse("1.4.0"));
    assert_eq!(m.commands, Some(r#"[{ "name": "reset" }]"#));
    assert!(m.autostart);
    assert_eq!(m.priority, Some(5));
    let restart = Restart {
        enabled: true,
        max_retries: 3,
        delay_ms: 1_000,
    };
    assert_eq!(m.restart, restart);
    assert_eq!(m.warnings().next(), None);
}

#[test]
fn the_manifest_of_the_readme_has_every_limit() {
    let m = parse(readme_manifest());
    let q = m.quotas;
    assert_eq!((q.memory, q.storage, q.cpu_share), (131_072, 65_536, 25));
    assert_eq!((q.exec_timeout_ms, q.handles, q.queue), (500, 8, 16));
    assert_eq!((q.heap_kb, q.stack_kb), (16, 4));
    let s = m.scopes;
    assert_eq!(
        s.pins,
        Some(PinScope {
            inputs: 1 << 9,
            outputs: 1 << 4 | 1 << 5
        })
    );
    let sensors = [
        I2cScope {
            bus: 0,
            address: 72,
        },
        I2cScope {
            bus: 0,
            address: 0x49,
        },
    ];
    assert_eq!(s.i2c.as_deref(), Some(&sensors[..]));
    assert_eq!(
        s.spi.as_deref(),
        Some(
            &[SpiScope {
                bus: 1,
                chip_select: 0
            }][..]
        )
    );
    assert_eq!(
        (s.uart, s.adc, s.pwm),
        (
            Some(ChannelScope(1)),
            Some(ChannelScope(3)),
            Some(ChannelScope(4))
        )
    );
    assert!(s.allows_host("api.example.com", 443) && s.allows_host("x.example.org", 8883));
    assert!(!s.allows_host("api.example.com", 8883) && !s.allows_host("x.example.org", 80));
}

#[test]
fn manifests_of_akiraos_apps_pass() {
    let api_test = r#"{
        "name": "api test",
        "version": "1.0.0",
        "capabilities": ["display.write", "rtc", "fs", "ota", "system",],
        "memory_quota": 65536,
    }"#;
    assert_eq!(
        names(&parse(api_test)),
        ["display.write", "rtc", "fs", "ota", "system"]
    );
    let sensor_demo = r#"{
        "name": "sensor_demo", "entry": "_start", "heap_kb": 16, "stack_kb": 4, "permissions": ["sensor"],
        "restart": { "enabled": true, "max_retries": 5, "delay_ms": 2000 }
    }"#;
    let m = parse(sensor_demo);
    assert_eq!(
        m.restart,
        Restart {
            enabled: true,
            max_retries: 5,
            delay_ms: 2_000
        }
    );
    assert_eq!(
        warnings(sensor_demo),
        ["manifest field \"permissions\" is not known: ignored"]
    );
}

#[test]
fn an_empty_object_asks_for_nothing() {
    for text in ["{}", "{", " { } \0\0", "\u{feff}{}"] {
        let m = parse(text);
        assert_eq!((m.name, m.capabilities.iter().count()), (None, 0), "{text}");
    }
    assert_eq!(Manifest::default().capabilities.iter().next(), None);
    assert_eq!(Manifest::default().warnings().next(), None);
}

#[test]
fn leniency_is_visible() {
    assert_eq!(
        warnings(r#"{"name":"a","x":{"y":[1,],},"name":"b"}"#),
        [
            "manifest field \"x\" is not known: ignored",
            "manifest field \"name\" is repeated: the first counts",
        ]
    );
    assert_eq!(parse(r#"{"name":"a","name":7}"#).name.as_deref(), Some("a"));
    for cut in [r#"{"name":"a""#, r#"{"name":"a","#, r#"{"restart":{}"#] {
        assert_eq!(
            parse(cut).warnings().last(),
            Some(Warning::Unclosed),
            "{cut}"
        );
    }
    assert_eq!(parse("{} x").warnings().last(), Some(Warning::TrailingText));
    assert_eq!(warnings(r#"{"icon":"x.png","restart":null,}"#), [""; 0]);
}

#[test]
fn null_is_as_if_the_field_were_absent() {
    let m = parse(
        r#"{"name":null,"capabilities":null,"abi":null,"memory_quota":null,"resources":null}"#,
    );
    assert_eq!((m.name, m.abi, m.quotas.memory), (None, None, 0));
}

#[test]
fn escapes_are_resolved_in_keys_and_values() {
    let m = parse(
        r#"{"n\u0061me":"\u0068i","description":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83dx\ude00"}"#,
    );
    assert_eq!(m.name.as_deref(), Some("hi"));
    let description: String = m.description.chars().collect();
    assert_eq!(description, "\"\\/\u{8}\u{c}\n\r\té😀\u{fffd}x\u{fffd}");
    assert!(
        !m.description.to_string().contains('\n'),
        "a printed string keeps to its line"
    );
}

#[test]
fn restart_is_a_flag_or_an_object() {
    assert!(parse(r#"{"restart":true}"#).restart.enabled);
    assert_eq!(parse(r#"{"restart":false}"#).restart, Restart::default());
    let m = parse(r#"{"restart":{"max_retries":1,"why":[]}}"#);
    assert_eq!(
        m.restart,
        Restart {
            max_retries: 1,
            ..Restart::default()
        }
    );
}

#[test]
fn network_policies_become_scopes() {
    let scopes = parse(r#"{"network_policy":{"deny_all":true,"allowed_hosts":["a.net"]}}"#).scopes;
    assert!(!scopes.allows_host("a.net", 80) && !scopes.allows_port(80));
    let scopes = parse(r#"{"network_policy":{"deny_all":false}}"#).scopes;
    assert!(scopes.allows_host("a.net", 80));
    let scopes = parse(r#"{"network_policy":{"allowed_hosts":[]}}"#).scopes;
    assert!(!scopes.allows_host("a.net", 80));
    let scopes = parse(r#"{"resources":{"network":{"allowed_ports":[1]}}}"#).scopes;
    assert!(scopes.allows_host("a.net", 1) && !scopes.allows_host("a.net", 2));
}

#[test]
fn an_empty_scope_reaches_nothing() {
    let scopes = parse(r#"{"resources":{"gpio":{"in":[1]},"i2c":[],"uart":[]}}"#).scopes;
    assert!(scopes.allows_pin_input(1) && !scopes.allows_pin_output(1));
    assert!(!scopes.allows_i2c(0, 0x48) && !scopes.allows_uart(0));
}

#[test]
fn errors_say_what_where_and_how_to_fix() {
    let cases = [
        ("", "manifest is not JSON: expected '{' at line 1, column 1"),
        (
            "{\n \"é\":1,\n \"name\" 1}",
            "manifest is not JSON: expected ':' at line 3, column 9",
        ),
        (
            "{\"é\" 1}",
            "manifest is not JSON: expected ':' at line 1, column 6",
        ),
        (
            "{\"a\":1 \"b\":2}",
            "manifest is not JSON: expected ',' or '}' at line 1, column 8",
        ),
        (
            "{\"a\":[1 2]}",
            "manifest is not JSON: expected ',' or ']' at line 1, column 9",
        ),
        (
            "{\"a\":}",
            "manifest is not JSON: expected a value at line 1, column 6",
        ),
        (
            "{\"a\":[{\"b\":nope}]}",
            "manifest is not JSON: expected a value at line 1, column 12",
        ),
        (
            "{a:1}",
            "manifest is not JSON: expected '\"' before the name of a field at line 1, column 2",
        ),
        (
            "{\"a\":\"b\n\"}",
            "manifest is not JSON: string without closing '\"' at line 1, column 8",
        ),
        (
            "{\"a\":\"\\x\"}",
            "manifest is not JSON: write \"\\\\\" for a backslash at line 1, column 7",
        ),
        (
            "{\"name\": 7}",
            "manifest field \"name\" must be a string at line 1, column 10",
        ),
        (
            "{\"capabilities\":[\"a\",7]}",
            "manifest field \"capabilities\" must be a string at line 1, column 22",
        ),
        (
            "{\"memory_quota\":-1}",
            "manifest field \"memory_quota\" must be from 0 to 4294967295 at line 1, column 17",
        ),
        (
            "{\"memory_quota\":1.5}",
            "manifest field \"memory_quota\" must be a whole number at line 1, column 17",
        ),
        (
            "{\"autostart\":1}",
            "manifest field \"autostart\" must be true or false at line 1, column 14",
        ),
        (
            "{\"name\":\"a/b\"}",
            "manifest field \"name\" must be letters, digits, '.', '_', '-' or inner spaces, not beginning with '.', and not the reserved \"system\" or \"akira\" at line 1, column 9",
        ),
        (
            "{\"version\":\"1234567890123456\"}",
            "manifest field \"version\" is longer than 15 bytes: shorten it; at line 1, column 12",
        ),
        (
            "{\"resources\":{\"pins\":[1]}}",
            "manifest field \"resources\" has an entry that this firmware does not know: remove it; at line 1, column 22",
        ),
        (
            "{\"resources\":{\"i2c\":[{\"bus\":0}]}}",
            "manifest field \"resources.i2c\" lacks \"addresses\" at line 1, column 31",
        ),
    ];
    for (text, message) in cases {
        assert_eq!(refuse(text).to_string(), message, "{text}");
    }
}

#[test]
fn wrong_values_are_refused_by_field() {
    for (text, field) in [
        (r#"{"abi":"x"}"#, "abi"),
        (r#"{"abi":"1.0.0"}"#, "abi"),
        (r#"{"min_akiraos_version":"1..2"}"#, "min_akiraos_version"),
        (r#"{"version":"1\n2"}"#, "version"),
        (
            r#"{"network_policy":{"allowed_hosts":["a/b"]}}"#,
            "network_policy",
        ),
        (
            r#"{"resources":{"i2c":[{"bus":0,"addresses":["0x80"]}]}}"#,
            "resources.i2c",
        ),
    ] {
        let kind = refuse(text).kind;
        assert!(
            matches!(kind, ErrorKind::Invalid { field: f, .. } if f == field),
            "{text}: {kind:?}"
        );
    }
    for (text, field) in [
        (r#"{"restart":7}"#, "restart"),
        (r#"{"commands":{}}"#, "commands"),
        (r#"{"capabilities":"*"}"#, "capabilities"),
        (r#"{"network_policy":[]}"#, "network_policy"),
        (r#"{"resources":{"gpio":[4]}}"#, "resources.gpio"),
        (r#"{"resources":{"storage":"1k"}}"#, "resources.storage"),
    ] {
        let kind = refuse(text).kind;
        assert!(
            matches!(kind, ErrorKind::WrongType { field: f, .. } if f == field),
            "{text}: {kind:?}"
        );
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    for text in [
        r#"{"memory_quota":4294967296}"#,
        r#"{"memory_quota":99999999999999999999999999}"#,
        r#"{"heap_kb":65536}"#,
        r#"{"priority":256}"#,
        r#"{"resources":{"gpio":{"in":[64]}}}"#,
        r#"{"resources":{"adc":[32]}}"#,
        r#"{"resources":{"cpu_share":101}}"#,
        r#"{"resources":{"i2c":[{"bus":256,"addresses":[]}]}}"#,
        r#"{"resources":{"i2c":[{"bus":0,"addresses":[128]}]}}"#,
        r#"{"network_policy":{"allowed_ports":[65536]}}"#,
    ] {
        assert!(
            matches!(refuse(text).kind, ErrorKind::OutOfRange { .. }),
            "{text}"
        );
    }
}

#[test]
fn lists_are_bounded() {
    for text in [
        r#"{"network_policy":{"allowed_hosts":["a","b","c","d","e"]}}"#,
        r#"{"network_policy":{"allowed_ports":[1,2,3,4,5,6,7,8,9]}}"#,
        r#"{"resources":{"i2c":[{"bus":0,"addresses":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}]}}"#,
    ] {
        assert!(
            matches!(refuse(text).kind, ErrorKind::TooMany { .. }),
            "{text}"
        );
    }
}

#[test]
fn a_limit_is_set_once() {
    for text in [
        r#"{"network_policy":{"deny_all":true},"resources":{"network":{"allowed_ports":[1]}}}"#,
        r#"{"network_policy":{"allowed_ports":[1],"allowed_ports":[2]}}"#,
        r#"{"resources":{"uart":[1],"uart":[2]}}"#,
        r#"{"resources":{},"resources":{"uart":[2]}}"#,
        r#"{"network_policy":{},"network_policy":{"deny_all":true}}"#,
        r#"{"resources":{"gpio":{"in":[1],"in":[2]}}}"#,
        r#"{"resources":{"storage":0,"storage":2}}"#,
    ] {
        assert!(
            matches!(refuse(text).kind, ErrorKind::Repeated { .. }),
            "{text}"
        );
    }
}

#[test]
fn size_encoding_and_depth_are_bounded() {
    let long = format!(
        "{{\"description\":\"{}\"}}",
        "x".repeat(Manifest::MAX_BYTES)
    );
    assert_eq!(refuse(&long).kind, ErrorKind::TooLong);
    let error = Manifest::parse(b"{\"name\":\"\xff\"}").expect_err("not UTF-8");
    assert_eq!(
        (error.kind, error.offset, error.column),
        (ErrorKind::NotUtf8, 9, 10)
    );
    let nested = |depth: usize| format!("{{\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    parse(&nested(15));
    assert_eq!(refuse(&nested(16)).kind, ErrorKind::TooDeep);
    assert_eq!(refuse(&nested(4_000)).kind, ErrorKind::TooDeep);
}

#[test]
fn names_are_safe_as_folders_and_lines() {
    for good in [
        "hello_world",
        "supervisor",
        "api test",
        "a",
        "v1.2-x",
        "0123456789012345678901234567890",
    ] {
        assert_eq!(AppName::new(good).expect(good).as_str(), good);
    }
    for bad in [
        "",
        ".",
        "..",
        ".hidden",
        "a/b",
        "a\\b",
        "a\nb",
        "a:b",
        " a",
        "a ",
        "é",
        "a\0",
        "01234567890123456789012345678901",
    ] {
        assert_eq!(AppName::new(bad), None, "{bad:?}");
    }
}

#[test]
fn compatibility_is_the_same_major_and_no_newer_firmware() {
    let firmware = Firmware {
        abi: AbiVersion { major: 1, minor: 2 },
        version: Version::parse("1.5.0").expect("a version"),
    };
    let check = |text| parse(text).check_compatibility(&firmware);
    for fine in [
        "{}",
        r#"{"abi":"1"}"#,
        r#"{"abi":"1.2","min_akiraos_version":"1.5.0"}"#,
        r#"{"min_akiraos_version":"1.4.9"}"#,
    ] {
        assert_eq!(check(fine), Ok(None), "{fine}");
    }
    let asked = AbiVersion { major: 1, minor: 3 };
    assert_eq!(
        check(r#"{"abi":"1.3"}"#),
        Ok(Some(NewerMinor {
            asked,
            offered: firmware.abi
        }))
    );
    for major in [r#"{"abi":"2.0"}"#, r#"{"abi":"0.9"}"#] {
        assert!(
            matches!(check(major), Err(Incompatible::Abi { .. })),
            "{major}"
        );
    }
    let error = check(r#"{"min_akiraos_version":"1.5.1-rc1"}"#).expect_err("too new");
    assert_eq!(
        error.to_string(),
        "needs firmware 1.5.1 or newer, but this is 1.5.0: update the firmware"
    );
}

#[test]
fn versions_have_one_to_three_numbers() {
    let version = |major, minor, patch| {
        Some(Version {
            major,
            minor,
            patch,
        })
    };
    assert_eq!(Version::parse("2"), version(2, 0, 0));
    assert_eq!(Version::parse("2.1"), version(2, 1, 0));
    assert_eq!(Version::parse("2.1.9+build.7"), version(2, 1, 9));
    for bad in ["", ".", "1.", "1.2.3.4", "v1", "1.2.x", "65536", "-1"] {
        assert_eq!(Version::parse(bad), None, "{bad}");
    }
}
