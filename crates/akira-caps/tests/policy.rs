//! What an app gets of what it asks for, and why.

use akira_caps::{
    Capability as C, CapabilitySet, ChannelScope, Manifest, Policy, Reason, Refusal, Scopes,
    VendorCapability, Verdict,
};

const BOARD: CapabilitySet =
    CapabilitySet::of(&[C::Timer, C::Uart, C::I2c, C::StorageRead, C::StorageWrite]);
const VENDORS: &[VendorCapability] =
    &[VendorCapability::new("acme.valve", 48, true).expect("valid")];

fn parse(text: &str) -> Manifest<'_> {
    Manifest::parse(text.as_bytes()).expect("a manifest")
}

fn asking(names: &str) -> String {
    format!("{{\"capabilities\":[{names}]}}")
}

fn granted(policy: &Policy<'_>, names: &str) -> CapabilitySet {
    policy
        .decide(&parse(&asking(names)))
        .expect("admitted")
        .grant
        .capabilities
}

fn verdict(policy: &Policy<'_>, name: &str) -> Verdict {
    let text = asking(&format!("\"{name}\""));
    policy
        .report(&parse(&text))
        .next()
        .expect("one was asked for")
        .verdict
}

#[test]
fn nothing_is_granted_unasked() {
    let policy = Policy::new(CapabilitySet::ALL, CapabilitySet::ALL);
    let decision = policy.decide(&Manifest::default()).expect("admitted");
    assert!(decision.grant.capabilities.is_empty());
    assert_eq!(decision.report.count(), 0);
}

#[test]
fn a_default_policy_grants_nothing() {
    assert!(granted(&Policy::default(), "\"*\"").is_empty());
}

#[test]
fn the_grant_is_asked_and_board_and_signer_without_denied() {
    let mut policy = Policy::new(BOARD, CapabilitySet::of(&[C::Timer, C::Uart, C::Ipc]));
    policy.deny = C::Uart.into();
    assert_eq!(granted(&policy, "\"*\""), C::Timer.into());
    assert_eq!(verdict(&policy, "timer"), Verdict::Granted(C::Timer.into()));
    assert_eq!(
        verdict(&policy, "uart"),
        Verdict::Denied(Reason::DeniedByPolicy)
    );
    assert_eq!(
        verdict(&policy, "i2c"),
        Verdict::Denied(Reason::AboveSigner)
    );
    assert_eq!(verdict(&policy, "ipc"), Verdict::Denied(Reason::NotOnBoard));
    assert_eq!(verdict(&policy, "timers"), Verdict::Unknown);
}

#[test]
fn each_string_has_a_line_for_people() {
    let mut policy = Policy::new(BOARD, CapabilitySet::of(&[C::Timer, C::I2c]));
    policy.deny = C::I2c.into();
    let text = asking("\"timer\", \"hw.*\", \"storage.write\", \"ble\", \"i2c\", \"sys\\ntem\"");
    let lines: Vec<String> = policy
        .report(&parse(&text))
        .map(|answer| answer.to_string())
        .collect();
    assert_eq!(
        lines,
        [
            "timer: granted",
            "hw.*: granted in part (timer); uart denied, the signer may not grant it; i2c denied, refused by policy; \
         pwm denied, this board does not offer it",
            "storage.write: denied, the signer may not grant it",
            "ble: denied, this board does not offer it",
            "i2c: denied, refused by policy",
            "sys\\ntem: unknown capability, ignored",
        ]
    );
}

#[test]
fn the_operator_can_grant_above_the_signer_but_not_beyond_the_board() {
    let mut policy = Policy::new(BOARD, CapabilitySet::EMPTY);
    policy.extra = CapabilitySet::of(&[C::I2c, C::Ble]);
    assert_eq!(granted(&policy, ""), C::I2c.into());
    assert_eq!(verdict(&policy, "i2c"), Verdict::Granted(C::I2c.into()));
    assert_eq!(verdict(&policy, "ble"), Verdict::Denied(Reason::NotOnBoard));
    policy.deny = C::I2c.into();
    assert!(granted(&policy, "\"i2c\"").is_empty());
}

#[test]
fn strict_policies_refuse_unknown_strings() {
    let mut policy = Policy::new(BOARD, CapabilitySet::ALL);
    let text = asking("\"timer\", \"rtc\"");
    assert_eq!(
        policy
            .decide(&parse(&text))
            .expect("lenient")
            .grant
            .capabilities,
        C::Timer.into()
    );
    policy.strict = true;
    let manifest = parse(&text);
    let refusal = policy.decide(&manifest).expect_err("strict");
    assert!(matches!(refusal, Refusal::Unknown(Some(name)) if name == "rtc"));
    assert_eq!(
        refusal.to_string(),
        "capability \"rtc\" is not known: correct or remove it"
    );
}

#[test]
fn a_string_longer_than_any_name_is_unknown() {
    assert_eq!(
        verdict(&Policy::default(), &"x".repeat(64)),
        Verdict::Unknown
    );
}

#[test]
fn vendor_capabilities_are_decided_like_others() {
    let valve = VENDORS[0].set();
    let mut policy = Policy::new(BOARD.union(valve), CapabilitySet::ALL);
    policy.vendors = VENDORS;
    assert_eq!(
        verdict(&policy, "acme.valve"),
        Verdict::Denied(Reason::AboveSigner)
    );
    policy.ceiling = policy.ceiling.union(valve);
    assert_eq!(verdict(&policy, "acme.*"), Verdict::Granted(valve));
}

#[test]
fn the_firmwares_settings_are_a_capability_like_others() {
    let settings = CapabilitySet::of(&[C::Settings]);
    let both = settings.with(C::SystemSettings);
    let names = "\"settings.*\", \"system\"";
    let mut policy = Policy::new(both, both);
    assert_eq!(granted(&policy, names), both);
    assert_eq!(granted(&policy, "\"settings.*\", \"*\""), settings);
    policy.ceiling = settings;
    assert_eq!(granted(&policy, names), settings);
    assert_eq!(
        verdict(&policy, "system"),
        Verdict::Denied(Reason::AboveSigner)
    );
    policy.extra = C::SystemSettings.into();
    assert_eq!(granted(&policy, ""), C::SystemSettings.into());
    policy.deny = C::SystemSettings.into();
    assert_eq!(granted(&policy, names), settings);
    policy.board = settings;
    assert_eq!(
        verdict(&policy, "system"),
        Verdict::Denied(Reason::NotOnBoard)
    );
}

#[test]
fn memory_and_storage_over_the_limit_are_refused_with_the_numbers() {
    let mut policy = Policy::new(BOARD, CapabilitySet::ALL);
    policy.limits.memory = 65_536;
    policy.limits.storage = 10;
    assert!(policy.decide(&parse(r#"{"memory_quota":65536}"#)).is_ok());
    let manifest = parse(r#"{"memory_quota":65537}"#);
    assert_eq!(
        policy.decide(&manifest).expect_err("over").to_string(),
        "\"memory_quota\" asks for 65537 bytes, but this board gives an app at most 65536"
    );
    assert!(
        policy
            .decide(&parse(r#"{"resources":{"storage":11}}"#))
            .is_err()
    );
}

#[test]
fn other_quotas_are_cut_to_the_limit() {
    let mut policy = Policy::new(BOARD, CapabilitySet::ALL);
    policy.limits.cpu_share = 20;
    let manifest = parse(r#"{"heap_kb":64,"resources":{"cpu_share":90}}"#);
    let quotas = policy.decide(&manifest).expect("admitted").grant.quotas;
    assert_eq!((quotas.cpu_share, quotas.heap_kb), (20, 64));
}

#[test]
fn the_boards_scopes_stand_in_for_missing_ones() {
    let mut policy = Policy::new(BOARD, CapabilitySet::ALL);
    policy.defaults = Scopes::default()
        .with_uart(ChannelScope(1))
        .with_adc(ChannelScope(1));
    let manifest = parse(r#"{"resources":{"adc":[3]}}"#);
    let scopes = policy.decide(&manifest).expect("admitted").grant.scopes;
    assert!(scopes.allows_uart(0) && !scopes.allows_uart(1));
    assert!(scopes.allows_adc(3) && !scopes.allows_adc(0));
}

/// Decides on an app that limits what vendors' capabilities reach.
fn limited(resources: &str) -> Result<Scopes, Refusal> {
    let policy = Policy::new(CapabilitySet::ALL, CapabilitySet::ALL).with_vendors(VENDORS);
    let text = format!("{{\"resources\": {resources}}}");
    policy
        .decide(&parse(&text))
        .map(|decision| decision.grant.scopes)
}

#[test]
fn a_vendors_capability_reaches_the_channels_that_the_manifest_names() {
    let valve = &VENDORS[0];
    let scopes = limited(r#"{"adc": [1], "acme.valve": [0, 3]}"#).expect("a known capability");
    let reached: Vec<u32> = (0..40)
        .filter(|n| scopes.allows_vendor(valve, *n))
        .collect();
    assert_eq!(reached, [0, 3]);
    assert!(scopes.allows_adc(1) && !scopes.allows_adc(0));
    let twice = limited(r#"{"acme.valve": [0, 3], "acme.valve": [3, 4]}"#).expect("both hold");
    assert!(twice.allows_vendor(valve, 3) && !twice.allows_vendor(valve, 0));
    assert!(!twice.allows_vendor(valve, 4));
    let without = limited("{}").expect("no limit");
    assert!(without.allows_vendor(valve, 31));
}

#[test]
fn boards_limit_vendors_capabilities_where_manifests_do_not() {
    let defaults = Scopes::default().with_vendor(&VENDORS[0], ChannelScope(0b100));
    let policy = Policy::default()
        .with_vendors(VENDORS)
        .with_defaults(defaults);
    let decide = |text: &str| policy.decide(&parse(text)).expect("valid").grant.scopes;
    assert!(decide("{}").allows_vendor(&VENDORS[0], 2));
    assert!(!decide("{}").allows_vendor(&VENDORS[0], 1));
    let own = decide(r#"{"resources": {"acme.valve": [1]}}"#);
    assert!(own.allows_vendor(&VENDORS[0], 1) && !own.allows_vendor(&VENDORS[0], 2));
}

#[test]
fn a_limit_of_a_capability_that_no_vendor_has_is_refused() {
    let refusal = limited(r#"{"acme.vavle": [0]}"#).expect_err("no such capability");
    assert_eq!(
        refusal.to_string(),
        "capability \"acme.vavle\" is not known: correct or remove it"
    );
    for channels in ["[32]", "[-1]", "7", "[\"0\"]"] {
        let text = format!("{{\"resources\": {{\"acme.valve\": {channels}}}}}");
        assert!(Manifest::parse(text.as_bytes()).is_err(), "{channels}");
    }
}
