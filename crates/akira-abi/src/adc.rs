//! Analogue inputs.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// The native calls of `adc`.
pub static CALLS: &[&NativeCall] = &[&ADC_READ, &ADC_READ_MV];

pub static ADC_READ: NativeCall = NativeCall::new("adc_read")
    .takes(&[Param::i32("channel")])
    .requires(Capability::Adc)
    .suspending()
    .planned()
    .does(
        "Samples `channel`, counted from 0. Returns the raw value; `-EINVAL` for a channel \
         that does not exist, `-ENODEV` without an ADC.",
    );

pub static ADC_READ_MV: NativeCall = NativeCall::new("adc_read_mv")
    .takes(&[Param::i32("channel")])
    .requires(Capability::Adc)
    .suspending()
    .planned()
    .does(
        "Samples `channel`, counted from 0. Returns millivolts; `-EINVAL` for a channel that \
         does not exist, `-ENODEV` without an ADC.",
    );
