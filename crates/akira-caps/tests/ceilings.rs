//! No string of a manifest gives more than the signer, the board and the operator leave.

use akira_caps::{
    Capability as C, CapabilitySet, Manifest, Policy, VendorCapability, Verdict, resolve,
};

const VENDORS: &[VendorCapability] = &[
    VendorCapability::new("acme.valve", 48, true).expect("valid"),
    VendorCapability::new("acme.lamp", 49, false).expect("valid"),
    VendorCapability::new("system.pump", 63, false).expect("valid"),
];

/// Every string that stands for something: names, aliases, wildcards, and those that look like them.
fn strings() -> Vec<String> {
    let names = C::ALL.into_iter().map(C::name).map(str::to_owned);
    let vendors = VENDORS.iter().map(|vendor| vendor.name().to_owned());
    let plain: Vec<String> = names.chain(vendors).collect();
    let mut all = plain.clone();
    for name in &plain {
        let group = name.split('.').next().expect("it has a first part");
        for part in ["*", "read", "write", "shell", "alloc", "connect", "use"] {
            all.push(format!("{group}.{part}"));
        }
        all.push(format!("{name}.*"));
        all.push(name.to_uppercase());
    }
    let others = [
        "*", "**", "", "bt.*", "bt.shell", "hw.*", "system/", " system", "scopes",
    ];
    all.extend(others.map(str::to_owned));
    all.sort();
    all.dedup();
    all
}

/// Single bits, all but one bit, and the sets that boards and keys have.
fn sets() -> Vec<CapabilitySet> {
    let bits = (0..64).map(|bit| 1_u64 << bit);
    let mut sets: Vec<u64> = bits.clone().chain(bits.map(|bit| !bit)).collect();
    sets.extend([0, u64::MAX, CapabilitySet::ALL.bits()]);
    sets.into_iter().map(CapabilitySet::from_bits).collect()
}

/// What one capability can be withheld by alone, and what has all the others.
fn overrides() -> Vec<CapabilitySet> {
    let some = [C::SystemSettings, C::Settings, C::GpioWrite];
    let mut sets = vec![CapabilitySet::EMPTY, CapabilitySet::from_bits(u64::MAX)];
    for capability in some {
        sets.push(capability.into());
        sets.push(CapabilitySet::from_bits(u64::MAX).without(capability));
    }
    sets
}

fn check(policy: &Policy<'_>, manifest: &Manifest<'_>, asked: CapabilitySet, string: &str) {
    let decision = policy.decide(manifest).expect("nothing is over a quota");
    let granted = decision.grant.capabilities;
    let wanted = asked.intersection(policy.ceiling).union(policy.extra);
    let expected = wanted
        .union(asked.intersection(policy.extra))
        .intersection(policy.board)
        .difference(policy.deny)
        .difference(CapabilitySet::RESERVED);
    assert_eq!(granted, expected, "{string}: {policy:?}");
    assert_eq!(
        decision.grant.scopes,
        manifest.scopes.or(&policy.defaults),
        "{string}"
    );
    let answer = decision.report.clone().next().expect("one string");
    let reported = answer.verdict.granted();
    assert_eq!(reported, granted.intersection(asked), "{string}");
    assert_eq!(
        matches!(answer.verdict, Verdict::Unknown),
        asked.is_empty(),
        "{string}"
    );
}

#[test]
fn whatever_a_string_gives_the_signer_the_board_and_the_operator_can_withhold() {
    for string in strings() {
        let text = format!("{{\"capabilities\":[\"{string}\"]}}");
        let manifest = Manifest::parse(text.as_bytes()).expect("a manifest");
        let asked = resolve(&string, VENDORS).unwrap_or_default();
        assert!(!asked.intersects(CapabilitySet::RESERVED), "{string}");
        // An unknown string grants nothing, whatever the sets are.
        let sets = match asked.is_empty() {
            true => vec![CapabilitySet::from_bits(u64::MAX)],
            false => sets(),
        };
        for one in sets {
            for other in overrides() {
                let all = CapabilitySet::from_bits(u64::MAX);
                let policy = |board, ceiling, deny, extra| {
                    Policy::new(board, ceiling)
                        .with_vendors(VENDORS)
                        .with_deny(deny)
                        .with_extra(extra)
                };
                for policy in [
                    policy(all, one, CapabilitySet::EMPTY, other),
                    policy(all, one, other, CapabilitySet::EMPTY),
                    policy(one, other, CapabilitySet::EMPTY, all),
                    policy(other, all, one, other),
                    policy(one, one, other, other),
                ] {
                    check(&policy, &manifest, asked, &string);
                }
            }
        }
    }
}

#[test]
fn a_manifest_without_strings_gives_nothing_whatever_its_fields_say() {
    let fields = r#"{"name":"systems","entry":"system","autostart":true,"priority":255,"memory_quota":1,
        "restart":{"enabled":true,"max_retries":255},"commands":["system"],"system":true,"scopes":["system"],
        "resources":{"gpio":{"in":[0],"out":[63]},"uart":[0],"network":{"allowed_hosts":["*"],"allowed_ports":[443]}}}"#;
    let all = CapabilitySet::from_bits(u64::MAX);
    let decision_of = |text: &str| {
        let manifest = Manifest::parse(text.as_bytes()).expect("a manifest");
        Policy::new(all, all)
            .decide(&manifest)
            .expect("nothing is over a quota")
            .grant
            .capabilities
    };
    assert!(decision_of(fields).is_empty());
}
