//! PWM outputs.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `pwm`.
pub static CALLS: &[&NativeCall] = &[&PWM_SET, &PWM_DISABLE];

pub static PWM_SET: NativeCall = NativeCall::new("pwm_set")
    .takes(&[
        Param::i32("channel"),
        Param::i32("frequency_hz"),
        Param::i32("duty_percent"),
    ])
    .requires(Capability::Pwm)
    .planned()
    .does(
        "Drives `channel`, counted from 0, at 1 to 10000000 Hz with a duty cycle of 0 to 100 \
         per cent. Returns `-EINVAL` if an argument is out of range, `-ENODEV` if the board \
         has no PWM.",
    );

pub static PWM_DISABLE: NativeCall = NativeCall::new("pwm_disable")
    .takes(&[Param::i32("channel")])
    .requires(Capability::Pwm)
    .planned()
    .does(
        "Stops the PWM of `channel` and holds it low. Returns `-EINVAL` if the channel does \
         not exist.",
    );
