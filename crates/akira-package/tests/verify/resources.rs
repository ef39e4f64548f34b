//! What verifying costs, whatever the package.

use core::mem::size_of;

use akira_package::{MAX_DOCUMENT, Options, TrustStore, Verifier};

use crate::support::{SIGNED, imgtool_key, key, trust, wasmsign};

/// As the README states them.
const VERIFIER_BYTES: usize = 800;
const TRUST_STORE_BYTES: usize = 2_048;
/// What a verification takes of the stack at most, on a 64-bit host and unoptimised, with what a thread itself needs.
const STACK_BYTES: usize = 32 << 10;

#[test]
fn a_verifier_and_a_trust_store_have_the_stated_size() {
    assert!(
        size_of::<Verifier<'_>>() <= VERIFIER_BYTES,
        "{}",
        size_of::<Verifier<'_>>()
    );
    assert!(
        size_of::<TrustStore>() <= TRUST_STORE_BYTES,
        "{}",
        size_of::<TrustStore>()
    );
    const { assert!(MAX_DOCUMENT <= TRUST_STORE_BYTES) };
}

/// The module is a megabyte, and the thread has not the stack for a copy of any part of it: it would end the test.
#[test]
fn verifying_keeps_within_its_stack() {
    let module = [
        &b"\0asm\x01\0\0\0"[..],
        &[0, 0xFA, 0xFF, 0x3F, 1, b'x'],
        &vec![0; 0x000F_FFF8],
    ];
    let packages = [wasmsign(&module.concat(), 1, true), SIGNED.to_vec()];
    let verify = move || {
        let store = trust(&[key(1), imgtool_key()]);
        let mut verifier = Verifier::new(&store, Options::default());
        let mut verdicts = [false; 2];
        for (package, verdict) in packages.iter().zip(&mut verdicts) {
            package
                .chunks(256)
                .for_each(|piece| assert_eq!(verifier.push(piece), Ok(())));
            let done = core::mem::replace(&mut verifier, Verifier::new(&store, Options::default()));
            *verdict = done.finish().is_ok();
        }
        verdicts
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let verdicts = thread.spawn(verify).expect("a thread starts").join();
    assert_eq!(verdicts.expect("it keeps within its stack"), [true, true]);
}
