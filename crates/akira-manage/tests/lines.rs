//! Lines about an app that a link shows.

use akira_manage::{App, Apps, Fate, Finding};

#[test]
fn findings_are_lines_for_people() {
    let lines: [(Finding<'_>, &str); 10] = [
        (
            Finding::App {
                name: "snake",
                version: "1.2.0",
                bytes: 900,
            },
            "snake 1.2.0  (900 bytes)",
        ),
        (Finding::NoCapability, "  asks for no capability"),
        (
            Finding::NoManifest,
            "  no manifest inside: it asks for nothing",
        ),
        (
            Finding::Unasked {
                module: "env",
                name: "display_clear",
                needed: "display.write",
            },
            "  ! imports env.display_clear, which needs display.write; its manifest does not ask for it",
        ),
        (
            Finding::Extra("system"),
            "  + system: granted without being asked for",
        ),
        (
            Finding::Import {
                module: "env",
                name: "rf_send",
                fate: Fate::NotSupported,
            },
            "  ! imports env.rf_send (not on this device: returns -ENOSYS)",
        ),
        (
            Finding::Memory {
                linear: 50_000,
                engine: 15_000,
                runtime: 537,
                available: 200 << 10,
            },
            "  memory: up to 65 KiB of 200 KiB: 49 its own, 15 engine, 1 runtime",
        ),
        (Finding::Signer(Some("release")), "  signed by release"),
        (Finding::Signer(None), "  not signed"),
        (Finding::Difference(&"version 1 to 2"), "  * version 1 to 2"),
    ];
    for (finding, line) in lines {
        assert_eq!(finding.to_string(), line);
    }
}

#[test]
fn an_app_is_found_by_its_whole_name() {
    let mut names = Vec::new();
    let apps: &dyn Apps = &Two;
    assert!(apps.find("pong", &mut |app| names.push(app.name.to_owned())));
    assert!(!apps.find("p", &mut |app| names.push(app.name.to_owned())));
    assert_eq!(names, ["pong"]);
}

/// Device with two apps that only supports listing them.
struct Two;

impl Apps for Two {
    fn clock(&self) -> &dyn akira_manage::abi::Clock {
        unreachable!("nobody asks for the time")
    }

    fn capacity(&self) -> akira_manage::Capacity {
        akira_manage::Capacity::default()
    }

    fn each(&self, show: &mut dyn FnMut(&App<'_>)) {
        show(&App::new("ping"));
        show(&App::new("pong"));
    }

    fn start(&self, _: &str) -> Result<(), akira_manage::Refused> {
        unreachable!("nobody starts an app")
    }

    fn restart(&self, _: &str) -> Result<(), akira_manage::Refused> {
        unreachable!("nobody restarts an app")
    }

    fn stop(&self, _: &str) -> Result<(), akira_manage::Refused> {
        unreachable!("nobody stops an app")
    }

    fn describe(
        &self,
        _: &str,
        _: &mut dyn FnMut(&Finding<'_>),
    ) -> Result<(), akira_manage::Refused> {
        unreachable!("nobody asks what an app needs")
    }

    fn uninstall<'a>(&'a self, _: &'a str) -> akira_manage::Pending<'a> {
        unreachable!("nobody uninstalls an app")
    }

    fn set_autostart<'a>(&'a self, _: &'a str, _: bool) -> akira_manage::Pending<'a> {
        unreachable!("nobody sets a start")
    }
}
