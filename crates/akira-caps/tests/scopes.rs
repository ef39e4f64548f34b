//! What bridges ask of a grant.

use akira_caps::{
    ChannelScope, Grant, HostScope, I2cScope, List, PinScope, Quotas, Scopes, SpiScope, Text,
};

fn hosts(names: &[&str]) -> Scopes {
    let mut list = List::new();
    for name in names {
        list.push(HostScope::parse(name).expect("a host"))
            .expect("room");
    }
    Scopes::default().with_hosts(list)
}

#[test]
fn without_a_scope_the_board_decides() {
    let scopes = Scopes::default();
    assert!(scopes.allows_pin_input(63) && scopes.allows_pin_output(0));
    assert!(scopes.allows_i2c(9, 0x50) && scopes.allows_spi(1, 2));
    assert!(scopes.allows_uart(0) && scopes.allows_adc(1) && scopes.allows_pwm(2));
    assert!(scopes.allows_host("example.com", 80) && scopes.allows_port(80));
}

#[test]
fn pins_are_checked_by_direction_and_range() {
    let scopes = Scopes::default().with_pins(PinScope {
        inputs: 1 << 63 | 1,
        outputs: 1 << 4,
    });
    assert!(scopes.allows_pin_input(0) && scopes.allows_pin_input(63));
    assert!(scopes.allows_pin_output(4) && !scopes.allows_pin_input(4));
    assert!(!scopes.allows_pin_output(0));
    for pin in [64, 128, u32::MAX] {
        assert!(!scopes.allows_pin_input(pin) && !scopes.allows_pin_output(pin));
    }
}

#[test]
fn buses_are_checked_by_device() {
    let i2c = [I2cScope {
        bus: 0,
        address: 0x48,
    }];
    let spi = [SpiScope {
        bus: 1,
        chip_select: 2,
    }];
    let scopes = Scopes::default()
        .with_i2c(List::try_from(&i2c[..]).expect("room"))
        .with_spi(List::try_from(&spi[..]).expect("room"));
    assert!(
        scopes.allows_i2c(0, 0x48) && !scopes.allows_i2c(0, 0x49) && !scopes.allows_i2c(1, 0x48)
    );
    assert!(!scopes.allows_i2c(256, 0x48) && !scopes.allows_i2c(0, 0x148));
    assert!(scopes.allows_spi(1, 2) && !scopes.allows_spi(2, 1));
}

#[test]
fn channels_are_checked_by_number() {
    let scopes = Scopes::default()
        .with_uart(ChannelScope(0b10))
        .with_adc(ChannelScope(1 << 31))
        .with_pwm(ChannelScope(0));
    assert!(scopes.allows_uart(1) && !scopes.allows_uart(0) && !scopes.allows_uart(33));
    assert!(scopes.allows_adc(31) && !scopes.allows_adc(63));
    assert!(!scopes.allows_pwm(0));
}

#[test]
fn hosts_match_exactly_without_case_and_final_dot() {
    let scopes = hosts(&["api.example.com"]);
    assert!(scopes.allows_host("API.Example.com", 1) && scopes.allows_host("api.example.com.", 1));
    for host in [
        "example.com",
        "xapi.example.com",
        "api.example.com.evil.net",
        "",
        ".",
    ] {
        assert!(!scopes.allows_host(host, 1), "{host}");
    }
}

#[test]
fn a_wildcard_host_matches_what_is_below_it() {
    let scopes = hosts(&["*.example.com"]);
    assert!(scopes.allows_host("a.example.com", 1) && scopes.allows_host("a.b.EXAMPLE.com", 1));
    for host in [
        "example.com",
        ".example.com",
        "badexample.com",
        "a.example.com.net",
        "é.example.co",
    ] {
        assert!(!scopes.allows_host(host, 1), "{host}");
    }
    assert!(hosts(&["*"]).allows_host("anything", 1));
}

#[test]
fn a_host_with_a_port_is_that_port_only() {
    let scopes = hosts(&["a.net:443", "[fe80::1]:8883", "::1"]);
    assert!(scopes.allows_host("a.net", 443) && !scopes.allows_host("a.net", 80));
    assert!(scopes.allows_host("fe80::1", 8883) && !scopes.allows_host("fe80::1", 1));
    assert!(scopes.allows_host("::1", 5));
}

#[test]
fn ports_bind_every_host() {
    let mut scopes = hosts(&["a.net"]);
    scopes.ports = Some(List::try_from(&[443][..]).expect("room"));
    assert!(scopes.allows_host("a.net", 443) && !scopes.allows_host("a.net", 80));
    assert!(scopes.allows_port(443) && !scopes.allows_port(80));
}

#[test]
fn a_host_must_be_a_name_an_address_or_a_wildcard() {
    for bad in [
        "",
        "*.",
        "*.*",
        "a*.net",
        "a.*.net",
        "http://a.net",
        "a b",
        "a.net:",
        "a.net:70000",
        "[::1",
        "[::1]x",
        ":80",
        "é.net",
    ] {
        assert_eq!(HostScope::parse(bad), None, "{bad}");
    }
    for good in ["*", "*:80", "*.a.net:80", "10.0.0.1", "[::1]:80", "::1"] {
        assert_eq!(HostScope::parse(good).expect(good).to_string(), good);
    }
    assert!(HostScope::parse(&"a".repeat(64)).is_none());
}

#[test]
fn defaults_fill_only_what_is_missing_and_never_half_a_network() {
    let mut defaults = hosts(&["board.net"]);
    defaults.uart = Some(ChannelScope(1));
    let ports = Scopes::default()
        .with_ports(List::try_from(&[80][..]).expect("room"))
        .with_adc(ChannelScope(2));
    let both = ports.or(&defaults);
    assert_eq!(
        (both.uart, both.adc),
        (Some(ChannelScope(1)), Some(ChannelScope(2)))
    );
    assert_eq!((both.hosts, both.ports), (None, ports.ports));
    assert_eq!(Scopes::default().or(&defaults).hosts, defaults.hosts);
}

#[test]
fn quotas_are_cut_to_the_limits_that_are_set() {
    let asked = Quotas::default().with_memory(100).with_handles(3);
    let limits = Quotas::default().with_memory(50).with_queue(9);
    let cut = asked.clamp_to(&limits);
    assert_eq!((cut.memory, cut.handles, cut.queue), (50, 3, 0));
}

#[test]
fn a_grant_is_small() {
    assert!(size_of::<Grant>() <= 512, "{} bytes", size_of::<Grant>());
}

#[test]
fn texts_and_lists_refuse_what_does_not_fit_and_stay_as_they_were() {
    let mut text = Text::<3>::try_from("ab").expect("room");
    assert!(text.push('é').is_err());
    assert_eq!(text, "ab");
    text.push('c').expect("room");
    assert_eq!(format!("{text} {text:?} {text:>4}"), "abc \"abc\"  abc");
    let mut list = List::<u8, 1>::new();
    list.push(7).expect("room");
    assert!(list.push(8).is_err());
    assert_eq!(&list[..], [7]);
}

#[test]
fn of_two_limits_the_lower_counts_and_zero_is_none() {
    let one = Quotas::default()
        .with_memory(10)
        .with_storage(0)
        .with_handles(3);
    let other = Quotas::default().with_memory(20).with_storage(5);
    let both = Quotas::default()
        .with_memory(10)
        .with_storage(5)
        .with_handles(3);
    assert_eq!(one.tightened(&other), both);
    assert_eq!(other.tightened(&one), both);
}
