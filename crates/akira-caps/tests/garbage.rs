//! Garbage in, an error or a harmless manifest out: never a panic, never more than a bounded amount of work.

use std::cell::Cell;

use akira_caps::{CapabilitySet, Manifest, Policy, Refusal};

const SEED: &str = r#"{"name":"thermostat","version":"1.2","description":"a\u00e9\ud83d\ude00 \"b\"","entry":"main",
"capabilities":["gpio.*","i2c","system","acme.x",],"abi":"1.0","min_akiraos_version":"1.4.0","commands":[{"a":[1,{}]}],
"memory_quota":131072,"restart":{"enabled":true,"max_retries":3},"network_policy":{"allowed_hosts":["a.b:1","*.c"]},
"resources":{"gpio":{"in":[9],"out":[4]},"i2c":[{"bus":0,"addresses":[72,"0x49"]}],"spi":[{"bus":1,"chip_selects":[0]}],
"uart":[0],"storage":65536,"cpu_share":25},"unknown":[[[{"x":null}]]],"autostart":false}"#;

/// Marsaglia's xorshift64, with the shifts 13, 7, 17.
struct Random(Cell<u64>);

impl Random {
    fn below(&self, n: usize) -> usize {
        let mut x = self.0.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.0.set(x);
        (x >> 16) as usize % n
    }

    fn byte(&self) -> u8 {
        const JSON: &[u8] = b"{}[]\",:\\u0123456789abcdef-. \n\tntx\xc3\xa9";
        match self.below(4) {
            0 => self.below(256) as u8,
            _ => JSON[self.below(JSON.len())],
        }
    }
}

/// Reads everything that can be read of it; says whether it was accepted.
fn exercise(bytes: &[u8]) -> bool {
    let manifest = match Manifest::parse(bytes) {
        Ok(manifest) => manifest,
        Err(error) => {
            assert!(error.offset <= bytes.len() && error.line >= 1 && error.column >= 1);
            assert!(!error.to_string().is_empty());
            return false;
        }
    };
    assert!(manifest.capabilities.iter().count() <= bytes.len());
    assert!(manifest.warnings().count() <= bytes.len());
    assert!(manifest.description.chars().count() <= bytes.len());
    assert!(
        manifest
            .name
            .is_none_or(|name| !name.contains(['/', '\n', '\0']) && !name.starts_with('.'))
    );
    let policy = Policy::new(CapabilitySet::ALL, CapabilitySet::ALL);
    let decision = match policy.decide(&manifest) {
        Ok(decision) => decision,
        // No amount is limited and the policy is not strict.
        Err(Refusal::Unknown(_)) => return false,
        Err(refusal) => panic!("{refusal}"),
    };
    assert!(
        decision
            .report
            .map(|answer| answer.to_string().len())
            .sum::<usize>()
            <= 600 * bytes.len()
    );
    true
}

#[test]
fn random_bytes_do_no_harm() {
    let random = Random(Cell::new(0x9E37_79B9_7F4A_7C15));
    let mut text = Vec::new();
    for _ in 0..100_000 {
        text.clear();
        text.push(b'{');
        text.extend((0..random.below(40)).map(|_| random.byte()));
        exercise(&text);
    }
}

#[test]
fn mutated_manifests_do_no_harm() {
    let random = Random(Cell::new(0xD1B5_4A32_D192_ED03));
    let mut accepted = 0;
    for _ in 0..50_000 {
        let mut text = SEED.as_bytes().to_vec();
        for _ in 0..=random.below(3) {
            mutate(&mut text, &random);
        }
        accepted += usize::from(exercise(&text));
    }
    assert!(
        (1_000..49_000).contains(&accepted),
        "{accepted}: the mutations are too weak or too strong"
    );
}

fn mutate(text: &mut Vec<u8>, random: &Random) {
    let at = random.below(text.len().max(1)).min(text.len());
    match random.below(5) {
        0 => text.insert(at, random.byte()),
        1 if at < text.len() => drop(text.remove(at)),
        2 if at < text.len() => text[at] = random.byte(),
        3 => text.truncate(text.len().saturating_sub(random.below(4))),
        _ => {
            let end = (at + random.below(30)).min(text.len());
            let piece = text[at..end].to_vec();
            let to = random.below(text.len() + 1);
            text.splice(to..to, piece);
        }
    }
}

#[test]
fn every_prefix_is_an_error_or_harmless() {
    assert!(exercise(SEED.as_bytes()));
    for end in 0..SEED.len() {
        exercise(&SEED.as_bytes()[..end]);
    }
}

#[test]
fn the_largest_manifests_of_one_kind_do_no_harm() {
    for unit in [
        "\"a\":1,",
        "\"name\":1,",
        "\"x\":[[[]]],",
        "          ",
        "\\ud800",
        "\"",
        "[",
        "{\"a\":",
        ",",
        "\"a\":null,",
    ] {
        let mut text = String::from("{\"capabilities\":[");
        for _ in 0..2 {
            while text.len() + unit.len() < Manifest::MAX_BYTES {
                text.push_str(unit);
            }
            exercise(text.as_bytes());
            text = String::from("{");
        }
    }
    let names = "\"*\",".repeat((Manifest::MAX_BYTES - 20) / 4);
    assert!(exercise(
        format!("{{\"capabilities\":[{names}]}}").as_bytes()
    ));
}
