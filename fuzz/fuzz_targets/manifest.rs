//! Checks that a manifest of arbitrary bytes is refused with a position, or parsed, and that its
//! grants stay within each policy.

#![no_main]

use akira_caps::{
    AbiVersion, Capability, CapabilitySet, Firmware, Manifest, Policy, Quotas, Refusal, Version,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match Manifest::parse(bytes) {
        Ok(manifest) => judge(&manifest, bytes.len()),
        Err(error) => {
            assert!(error.offset <= bytes.len() && error.line >= 1 && error.column >= 1);
            assert!(!error.to_string().is_empty());
        }
    }
});

fn judge(manifest: &Manifest<'_>, size: usize) {
    let asked = manifest.capabilities.iter().count();
    assert!(asked <= size && manifest.warnings().count() <= size);
    assert!(manifest.name.is_none_or(|name| names_a_file(&name)));
    for warning in manifest.warnings() {
        assert!(!warning.to_string().is_empty());
    }
    let compatible = manifest.check_compatibility(&FIRMWARE);
    assert!(compatible.map_or_else(
        |no| !no.to_string().is_empty(),
        |newer| newer.is_none_or(|newer| newer.asked.minor > FIRMWARE.abi.minor)
    ));
    policies()
        .iter()
        .for_each(|policy| decide(policy, manifest));
}

/// Checks that a policy grants no more than it allows.
fn decide(policy: &Policy<'_>, manifest: &Manifest<'_>) {
    let asked = manifest.capabilities.iter().count();
    assert_eq!(policy.report(manifest).count(), asked);
    let decision = match policy.decide(manifest) {
        Ok(decision) => decision,
        Err(Refusal::Unknown(_)) => return,
        Err(refusal) => {
            assert!(
                policy.strict || policy.limits != Quotas::default(),
                "{refusal}"
            );
            return;
        }
    };
    let grant = &decision.grant;
    assert!(policy.allowed().contains_all(grant.capabilities));
    assert!(policy.board.contains_all(grant.capabilities));
    assert!(!policy.deny.intersects(grant.capabilities));
    assert!(policy.limits.memory == 0 || grant.quotas.memory <= policy.limits.memory);
    assert!(policy.limits.storage == 0 || grant.quotas.storage <= policy.limits.storage);
    if let Some(hosts) = &manifest.scopes.hosts {
        let allowed = |host, port| hosts.iter().any(|scope| scope.allows(host, port));
        assert_eq!(
            grant.scopes.allows_host("api.example.com", 443),
            allowed("api.example.com", 443)
        );
    }
    for answer in decision.report {
        assert!(grant.capabilities.contains_all(answer.verdict.granted()));
        assert!(!answer.to_string().is_empty());
    }
}

fn policies() -> [Policy<'static>; 3] {
    let some = CapabilitySet::of(&[Capability::GpioRead, Capability::DisplayWrite]);
    [
        Policy::new(CapabilitySet::ALL, CapabilitySet::ALL),
        Policy::new(CapabilitySet::ALL, CapabilitySet::ALL)
            .with_strict(true)
            .with_deny(some),
        Policy::new(some, CapabilitySet::EMPTY)
            .with_limits(
                Quotas::default()
                    .with_memory(65_536)
                    .with_storage(4_096)
                    .with_handles(4),
            )
            .with_extra(CapabilitySet::ALL),
    ]
}

fn names_a_file(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '\\', '\n', '\0']) && !name.starts_with('.')
}

const FIRMWARE: Firmware = Firmware {
    abi: AbiVersion::V1_0,
    version: Version {
        major: 1,
        minor: 6,
        patch: 0,
    },
};
