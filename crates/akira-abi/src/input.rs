//! Buttons and the dial, which the app polls.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param, Ret};

/// Rows of the native module `input`.
pub static CALLS: &[&NativeCall] = &[
    &INPUT_GET_BUTTONS,
    &INPUT_POLL_EVENT,
    &INPUT_GET_DIAL,
    &INPUT_POLL_EVENT_OLD,
];

pub static INPUT_GET_BUTTONS: NativeCall = NativeCall::new("input_get_buttons")
    .returns(Ret::Value)
    .requires(Capability::InputRead)
    .does("Returns the pressed buttons as a mask: bit N stands for the button with id N.");

pub static INPUT_POLL_EVENT: NativeCall = NativeCall::new("input_poll_event")
    .takes(&[Param::bytes_out("event", 1), Param::len("size")])
    .requires(Capability::InputRead)
    .does(
        "Takes the oldest event from the app's queue, which holds 16, and writes it as 8 \
         bytes: u32 button id, then u32 1 for pressed or 0 for released. Returns 1, or 0 if no \
         event waits. Returns `-EINVAL` if `size` is less than 8.",
    );

pub static INPUT_GET_DIAL: NativeCall = NativeCall::new("input_get_dial")
    .requires(Capability::InputRead)
    .does("Returns the position of the dial, 0 to 255, or `-ENODEV` if the board has no dial.");

pub static INPUT_POLL_EVENT_OLD: NativeCall = NativeCall::new("input_poll_event")
    .takes(&[Param::fixed_out("event", 8)])
    .requires(Capability::InputRead)
    .alternate()
    .does(
        "Does the same as the call of this name with two parameters. An old type, from the 1.4 \
         SDK.",
    );
