//! Inference with TensorFlow Lite models. The calls have their own error numbers: -1 no memory, -2 invalid, -3 shape,
//! -4 no slot.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param, Ret};

/// The native calls of `ai`.
pub static CALLS: &[&NativeCall] = &[&AIINFER_LOAD, &AIINFER_RUN, &AIINFER_UNLOAD];

pub static AIINFER_LOAD: NativeCall = NativeCall::new("aiinfer_load")
    .takes(&[Param::bytes_in("model", 1), Param::len("length")])
    .returns(Ret::Value)
    .requires(Capability::AiInfer)
    .suspending()
    .planned()
    .does("Loads a model. Returns a slot, or -1 no memory, -2 invalid, -4 no slot.");

pub static AIINFER_RUN: NativeCall = NativeCall::new("aiinfer_run")
    .takes(&[
        Param::i32("slot"),
        Param::bytes_in("input", 2),
        Param::len("input_length"),
        Param::bytes_out("output", 4),
        Param::len("output_size"),
    ])
    .returns(Ret::Value)
    .requires(Capability::AiInfer)
    .suspending()
    .planned()
    .does(
        "Runs the model once. Returns 0, or -2 invalid, -3 if a length does not fit its \
         shape.",
    );

pub static AIINFER_UNLOAD: NativeCall = NativeCall::new("aiinfer_unload")
    .takes(&[Param::i32("slot")])
    .returns(Ret::Void)
    .requires(Capability::AiInfer)
    .planned()
    .does("Frees the slot; ignores one that is free.");
