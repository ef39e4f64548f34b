//! What a signer may grant, and what may replace what.

use akira_caps::{AppName, Capability, CapabilitySet, Quotas, Text};
use akira_package::{AppScope, Error, Facts, Installed, KeyState, Terms, Trust, TrustedKey};

use crate::support::{SIGNED, TINY, developer, imgtool_key, key, trust, verify_with, wasmsign};

fn app() -> Facts {
    Facts {
        name: AppName::new("tiny").expect("a good name"),
        version: text("1.2.0"),
        asks: CapabilitySet::of(&[Capability::DisplayWrite]),
        quotas: Quotas::default(),
    }
}

fn text(version: &str) -> Text<15> {
    Text::of(version).expect("it is short")
}

/// Judges what key 1 signed, or in developer mode a module that nobody did.
fn judge(key: TrustedKey, app: &Facts, installed: Option<&Installed>) -> Result<Terms, Error> {
    let package = verify_with(&[key], developer(), &wasmsign(TINY, 1, true));
    trust(&[key]).terms(&package.expect("it is whole"), app, installed)
}

#[test]
fn what_is_within_the_ceiling_comes_with_it() {
    let limits = Quotas::default().with_memory(1_000);
    let key = TrustedKey { limits, ..key(1) };
    let quotas = Quotas::default().with_memory(1_000).with_storage(5_000_000);
    let terms = judge(key, &Facts { quotas, ..app() }, None).expect("it is within");
    assert_eq!((terms.ceiling, terms.limits), (key.ceiling, limits));
    assert_eq!(terms.trust, Trust::Key(key.id()));
    let record = Installed {
        version: text("1.2.0"),
        security_counter: 0,
        signer: Some(key.id()),
    };
    assert_eq!(terms.record, record);
}

#[test]
fn what_the_key_may_not_grant_is_named() {
    let asks = CapabilitySet::of(&[
        Capability::DisplayWrite,
        Capability::NetworkUse,
        Capability::Ble,
    ]);
    let error = judge(key(1), &Facts { asks, ..app() }, None).expect_err("it is beyond");
    let beyond = CapabilitySet::of(&[Capability::NetworkUse, Capability::Ble]);
    assert_eq!(error, Error::BeyondCeiling(beyond));
    assert_eq!(
        error.to_string(),
        "the app's key may not grant ble network.use"
    );
}

#[test]
fn what_the_key_may_not_give_is_named() {
    let limits = Quotas::NONE
        .with_memory(10)
        .with_storage(10)
        .with_cpu_share(10)
        .with_exec_timeout_ms(10)
        .with_handles(10)
        .with_queue(10)
        .with_heap_kb(10)
        .with_stack_kb(10)
        .with_flash_kb_per_hour(10);
    let none = Quotas::default();
    let over = [
        ("memory_quota", none.with_memory(11)),
        ("resources.storage", none.with_storage(11)),
        ("resources.cpu_share", none.with_cpu_share(11)),
        ("exec_timeout_ms", none.with_exec_timeout_ms(11)),
        ("resources.handles", none.with_handles(11)),
        ("resources.queue", none.with_queue(11)),
        ("heap_kb", none.with_heap_kb(11)),
        ("stack_kb", none.with_stack_kb(11)),
        (
            "resources.flash_kb_per_hour",
            none.with_flash_kb_per_hour(11),
        ),
    ];
    let key = TrustedKey { limits, ..key(1) };
    assert!(
        judge(
            key,
            &Facts {
                quotas: limits,
                ..app()
            },
            None
        )
        .is_ok()
    );
    for (field, quotas) in over {
        let error = judge(key, &Facts { quotas, ..app() }, None);
        assert_eq!(
            error.err(),
            Some(Error::BeyondQuota {
                field,
                asked: 11,
                limit: 10
            })
        );
    }
}

#[test]
fn a_key_signs_only_its_apps() {
    let scope = |names: &[&str]| AppScope::only(names).expect("they are names");
    let may = |apps| judge(TrustedKey { apps, ..key(1) }, &app(), None).is_ok();
    assert!(may(AppScope::ALL) && may(scope(&["tiny"])) && may(scope(&["acme-*", "ti*"])));
    let foreign = judge(
        TrustedKey {
            apps: scope(&["tin", "tinyer"]),
            ..key(1)
        },
        &app(),
        None,
    );
    assert_eq!(foreign, Err(Error::ForeignApp));
}

#[test]
fn a_scope_of_apps_has_a_form() {
    let bad: [&[&str]; 5] = [
        &[],
        &[""],
        &["*x"],
        &["a", "b", "c", "d", "e"],
        &["a-name-of-thirty-two-characters--"],
    ];
    for names in bad {
        assert_eq!(AppScope::only(names), None, "{names:?}");
    }
}

fn installed(version: &str, seed: u8) -> Installed {
    Installed {
        version: text(version),
        security_counter: 0,
        signer: Some(key(seed).id()),
    }
}

#[test]
fn an_older_version_is_refused() {
    let cases = [
        ("1.2.0", "1.1.9", true),
        ("1.2.0", "1.2.0", true),
        ("1.2.0", "1.2.1", false),
        ("1.10.0", "1.9.0", true),
        ("2.0", "2.0.1", false),
        // One that cannot be ordered is older than one that can.
        ("", "1.0.0", false),
        ("nightly", "", true),
        ("1.0.0", "nightly", true),
    ];
    for (new, old, is_admitted) in cases {
        let app = Facts {
            version: text(new),
            ..app()
        };
        let found = judge(key(1), &app, Some(&installed(old, 1)));
        let refused = Error::Downgrade {
            installed: text(old),
            offered: text(new),
        };
        assert_eq!(
            found.err(),
            (!is_admitted).then_some(refused),
            "{new} over {old}"
        );
    }
}

#[test]
fn a_lower_security_counter_is_refused() {
    let store = trust(&[imgtool_key()]);
    let package = verify_with(&[imgtool_key()], developer(), SIGNED).expect("it is signed");
    let over = |security_counter| {
        let signer = Some(imgtool_key().id());
        let installed = Installed {
            version: text("1.0.0"),
            security_counter,
            signer,
        };
        store
            .terms(&package, &app(), Some(&installed))
            .map(|terms| terms.record.security_counter)
    };
    assert_eq!((over(4), over(5)), (Ok(5), Ok(5)));
    assert_eq!(
        over(6),
        Err(Error::SecurityCounter {
            installed: 6,
            offered: 5
        })
    );
    // What comes without a counter has none to show.
    let installed = Installed {
        security_counter: 1,
        ..installed("1.0.0", 1)
    };
    let error = judge(key(1), &app(), Some(&installed));
    assert_eq!(
        error,
        Err(Error::SecurityCounter {
            installed: 1,
            offered: 0
        })
    );
}

#[test]
fn the_header_of_a_container_has_a_version_too() {
    let store = trust(&[imgtool_key()]);
    let package = verify_with(&[imgtool_key()], developer(), SIGNED).expect("it is signed");
    let nameless = Facts {
        version: Text::new(),
        ..app()
    };
    let terms = store.terms(&package, &nameless, None).expect("it is good");
    assert_eq!(terms.record.version, "1.2.0");
}

#[test]
fn an_update_comes_from_the_same_owner() {
    let other = |owner, state| TrustedKey {
        owner,
        state,
        ..key(2)
    };
    let cases = [
        (other(1, KeyState::Active), true),
        (other(1, KeyState::Retired), true),
        (other(2, KeyState::Active), false),
    ];
    let package =
        verify_with(&[key(1)], developer(), &wasmsign(TINY, 1, true)).expect("it is signed");
    for (predecessor, is_admitted) in cases {
        let store = trust(&[key(1), predecessor]);
        let found = store.terms(&package, &app(), Some(&installed("1.0.0", 2)));
        assert_eq!(found.err(), (!is_admitted).then_some(Error::ForeignSigner));
    }
    // Nobody knows whose the key was.
    let found = trust(&[key(1)]).terms(&package, &app(), Some(&installed("1.0.0", 2)));
    assert_eq!(found, Err(Error::ForeignSigner));
}

#[test]
fn an_unsigned_app_replaces_only_an_unsigned_one() {
    let store = trust(&[key(1)]);
    let package = verify_with(&[key(1)], developer(), TINY).expect("developer mode is on");
    let asks = CapabilitySet::ALL;
    let terms = store
        .terms(&package, &Facts { asks, ..app() }, None)
        .expect("it is admitted");
    assert_eq!(
        (terms.ceiling, terms.record.signer),
        (CapabilitySet::ALL, None)
    );
    let unsigned = Installed {
        version: text("9.0"),
        security_counter: 9,
        signer: None,
    };
    assert!(store.terms(&package, &app(), Some(&unsigned)).is_ok());
    let found = store.terms(&package, &app(), Some(&installed("1.0.0", 1)));
    assert_eq!(found, Err(Error::ForeignSigner));
    // What is signed may take its place.
    assert!(judge(key(1), &app(), Some(&unsigned)).is_ok());
}

#[test]
fn a_key_that_was_revoked_meanwhile_lets_nothing_in() {
    let package =
        verify_with(&[key(1)], developer(), &wasmsign(TINY, 1, true)).expect("it is signed");
    let revoked = TrustedKey {
        state: KeyState::Revoked,
        ..key(1)
    };
    let found = trust(&[revoked]).terms(&package, &app(), None);
    assert_eq!(found, Err(Error::Revoked(revoked.id())));
}
