//! Names, bits, aliases and wildcards, against the table that AkiraOS froze.

use akira_caps::{
    Capability, CapabilitySet, VendorCapability, name_of, resolve, resolve_refusal, unprivileged,
};

/// Bit n is named by entry n; `!` marks the privileged ones.
const FROZEN: [&str; 41] = [
    "display.write",
    "input.read",
    "input.write",
    "sensor.read",
    "!rf.transceive",
    "!ble",
    "storage.read",
    "!storage.write",
    "!network.use",
    "gpio.read",
    "gpio.write",
    "timer",
    "uart",
    "i2c",
    "pwm",
    "!hid",
    "app.control",
    "ipc",
    "app.switch",
    "memory",
    "app.info",
    "power.read",
    "!power.control",
    "!settings.*",
    "adc",
    "!wdt",
    "fs.read",
    "!fs.write",
    "!crypto",
    "rtc.read",
    "rtc.write",
    "!ota.trigger",
    "ai.infer",
    "!matter",
    "!wifi.inject",
    "!mqtt",
    "ble.scan",
    "ble.spam",
    "!mesh",
    "sync",
    "nfc",
];

const ALIASES: &[(&str, &[u8])] = &[
    ("display.read", &[0]),
    ("display.*", &[0]),
    ("bt.shell", &[5]),
    ("memory.alloc", &[19]),
    ("settings.read", &[23]),
    ("settings.write", &[23]),
    ("network.connect", &[8]),
    ("network.*", &[8]),
    ("input.*", &[1, 2]),
    ("bt.*", &[5, 15, 36, 37]),
    ("hw.*", &[11, 12, 13, 14]),
    ("sensor.*", &[3]),
    ("rf.*", &[4]),
    ("storage.*", &[6, 7]),
    ("gpio.*", &[9, 10]),
    ("power.*", &[21, 22]),
    ("fs.*", &[26, 27]),
    ("rtc.*", &[29, 30]),
    ("matter.*", &[33]),
    ("mqtt.*", &[35]),
    ("mesh.*", &[38]),
    ("sync.*", &[39]),
];

/// What `*` stands for without vendors.
const STAR: CapabilitySet = CapabilitySet::ALL.without(Capability::SystemSettings);

const VENDORS: &[VendorCapability] = &[
    VendorCapability::new("acme.valve", 48, true).expect("valid"),
    VendorCapability::new("acme.lamp", 49, false).expect("valid"),
    VendorCapability::new("other.pump", 63, false).expect("valid"),
];

fn bits(bits: &[u8]) -> CapabilitySet {
    CapabilitySet::from_bits(bits.iter().fold(0, |set, bit| set | 1 << bit))
}

#[test]
fn names_bits_and_privileges_are_the_frozen_ones() {
    for (bit, entry) in (0..).zip(FROZEN) {
        let name = entry.trim_start_matches('!');
        let capability = Capability::from_bit(bit).expect("each frozen bit has a capability");
        assert_eq!((capability.name(), capability.bit()), (name, bit));
        assert_eq!(capability.is_privileged(), entry.starts_with('!'), "{name}");
        assert_eq!(resolve(name, &[]), Some(bits(&[bit])));
        assert_eq!(name_of(bit, &[]), Some(name));
    }
    assert_eq!(Capability::from_bit(41), None);
}

#[test]
fn the_one_of_ours_is_numbered_from_the_end_of_the_cores_bits_and_asked_for_by_name_only() {
    let system = Capability::SystemSettings;
    assert_eq!(
        (system.name(), system.bit(), system.is_privileged()),
        ("system", 46, true)
    );
    assert_eq!(Capability::from_bit(46), Some(system));
    assert_eq!(resolve("system", VENDORS), Some(system.into()));
    assert_eq!(name_of(46, &[]), Some("system"));
    for (name, _) in ALIASES.iter().chain(&[("*", &[][..]), ("settings.*", &[])]) {
        let set = resolve(name, VENDORS).expect("it is known");
        assert!(!set.contains(system), "{name}");
    }
}

#[test]
fn an_operator_refuses_everything_with_a_star() {
    assert_eq!(
        resolve_refusal("*", VENDORS),
        Some(CapabilitySet::from_bits(u64::MAX))
    );
    assert_eq!(resolve_refusal("gpio.*", VENDORS), Some(bits(&[9, 10])));
    assert_eq!(resolve_refusal("nobody", VENDORS), None);
}

#[test]
fn aliases_and_wildcards_stand_for_their_groups() {
    for (alias, expected) in ALIASES {
        assert_eq!(resolve(alias, VENDORS), Some(bits(expected)), "{alias}");
    }
}

#[test]
fn what_akiraos_does_not_know_is_unknown_here() {
    let unknown = [
        "",
        "rtc",
        "fs",
        "ota",
        "system.*",
        "ble.use",
        "sensor",
        ".*",
        "**",
        "acme",
        "nobody.*",
        "acme.valve.*",
    ];
    for name in unknown {
        assert_eq!(resolve(name, VENDORS), None, "{name}");
    }
}

#[test]
fn star_is_everything_registered() {
    assert_eq!(resolve("*", &[]), Some(STAR));
    assert_eq!(resolve("*", VENDORS), Some(STAR.union(bits(&[48, 49, 63]))));
}

#[test]
fn vendor_names_and_namespaces_resolve() {
    assert_eq!(resolve("acme.lamp", VENDORS), Some(bits(&[49])));
    assert_eq!(resolve("acme.*", VENDORS), Some(bits(&[48, 49])));
    assert_eq!(name_of(63, VENDORS), Some("other.pump"));
    assert_eq!(name_of(62, VENDORS), None);
}

#[test]
fn vendor_names_do_not_widen_akiraos_wildcards() {
    let vendors = [VendorCapability::new("gpio.laser", 50, false).expect("valid")];
    assert_eq!(resolve("gpio.*", &vendors), Some(bits(&[9, 10])));
}

#[test]
fn vendor_capabilities_need_a_dot_no_star_a_short_name_and_their_bits() {
    let longest = "acme.6789012345678901234567890123456789012345678901234567890123";
    assert_eq!(longest.len(), 63);
    assert!(VendorCapability::new(longest, 48, false).is_some());
    assert!(
        VendorCapability::new(
            "acme.67890123456789012345678901234567890123456789012345678901234",
            48,
            false
        )
        .is_none()
    );
    assert!(VendorCapability::new("valve", 48, false).is_none());
    assert!(VendorCapability::new("acme.*", 48, false).is_none());
    assert!(VendorCapability::new("acme.valve", 47, false).is_none());
    assert!(VendorCapability::new("acme.valve", 64, false).is_none());
}

#[test]
fn unprivileged_leaves_out_the_privileged_of_both() {
    let set = unprivileged(VENDORS);
    assert!(set.contains(Capability::GpioWrite) && set.contains_bit(49));
    assert!(!set.contains(Capability::Ble) && !set.contains_bit(48));
}

#[test]
fn sets_have_the_algebra_of_sets() {
    let a = CapabilitySet::of(&[Capability::Timer, Capability::Ipc]);
    let b = CapabilitySet::of(&[Capability::Ipc, Capability::Pwm]);
    assert_eq!(a.intersection(b), Capability::Ipc.into());
    assert_eq!(a.union(b).len(), 3);
    assert_eq!(a.difference(b), Capability::Timer.into());
    assert_eq!(a.without(Capability::Ipc), Capability::Timer.into());
    assert!(a.intersects(b) && !a.difference(b).intersects(b));
    assert!(a.union(b).contains_all(a) && !a.contains_all(b));
    assert!(CapabilitySet::EMPTY.is_empty() && !a.is_empty());
    assert!(a.iter().eq([Capability::Timer, Capability::Ipc]));
    assert!(bits(&[11, 63]).bit_numbers().eq([11, 63]));
    assert!(!CapabilitySet::from_bits(u64::MAX).contains_bit(64));
}
