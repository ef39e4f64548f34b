//! Inference with TensorFlow Lite models. These calls have their own error numbers: -1 no memory,
//! -2 invalid argument, -3 wrong shape, -4 no free slot.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param, Ret};

/// Rows of the native module `ai`.
pub static CALLS: &[&NativeCall] = &[&AIINFER_LOAD, &AIINFER_RUN, &AIINFER_UNLOAD];

pub static AIINFER_LOAD: NativeCall = NativeCall::new("aiinfer_load")
    .takes(&[Param::bytes_in("model", 1), Param::len("length")])
    .returns(Ret::Value)
    .requires(Capability::AiInfer)
    .suspending()
    .planned()
    .does(
        "Loads a model. Returns the number of its slot. Returns -1 if the memory is used up, \
         -2 if the model is invalid, -4 if no slot is free.",
    );

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
        "Runs the model in `slot` once. Returns 0. Returns -2 if an argument is invalid, -3 if \
         a length does not match the shape of the model's input or output.",
    );

pub static AIINFER_UNLOAD: NativeCall = NativeCall::new("aiinfer_unload")
    .takes(&[Param::i32("slot")])
    .returns(Ret::Void)
    .requires(Capability::AiInfer)
    .planned()
    .does("Unloads the model in `slot`. Ignores a slot that is free.");
