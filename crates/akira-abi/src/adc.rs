//! Analogue-to-digital converters.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `adc`.
pub static CALLS: &[&NativeCall] = &[&ADC_READ, &ADC_READ_MV];

pub static ADC_READ: NativeCall = NativeCall::new("adc_read")
    .takes(&[Param::i32("channel")])
    .requires(Capability::Adc)
    .suspending()
    .planned()
    .does(
        "Samples `channel`, counted from 0. Returns the raw value. Returns `-EINVAL` if the \
         channel does not exist, `-ENODEV` if the board has no ADC.",
    );

pub static ADC_READ_MV: NativeCall = NativeCall::new("adc_read_mv")
    .takes(&[Param::i32("channel")])
    .requires(Capability::Adc)
    .suspending()
    .planned()
    .does(
        "Samples `channel`, counted from 0. Returns the voltage in millivolts. Returns \
         `-EINVAL` if the channel does not exist, `-ENODEV` if the board has no ADC.",
    );
