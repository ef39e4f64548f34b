//! Small inputs of the kinds that devices get wrong, one test each on both engines. Each runs on a whole console: store,
//! library, every native module, log and screen.

#![expect(clippy::duplicate_mod, reason = "the same tests run on each engine")]

#[path = "."]
mod wasmi {
    pub(crate) use akira::engine::Wasmi as Engine;

    mod engines;
    mod entry;
    mod formats;
    mod life;
    mod modules;
    mod stage;
}

#[path = "."]
mod spacewasm {
    pub(crate) use akira::engine::Spacewasm as Engine;

    mod engines;
    mod entry;
    mod formats;
    mod life;
    mod modules;
    mod stage;
}
