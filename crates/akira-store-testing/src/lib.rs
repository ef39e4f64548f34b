#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::missing_errors_doc,
    reason = "it is part of tests: what fails is to fail them"
)]

mod archive;
mod flash;
mod forged;
mod image;
mod model;
mod mutate;
mod op;
mod random;
mod run;
mod setup;
mod shown;
mod timed;

pub use archive::archive;
pub use flash::{Failure, Flash};
pub use forged::use_forged;
pub use model::{AppModel, Content, Model, Own, Version};
pub use mutate::{Mutation, mutate};
pub use op::{Op, name};
pub use random::{Choices, Random};
pub use run::{Run, any_op};
pub use setup::{Borrowed, IMAGE_PAGES, RECORD_PAGES, formatted, layout, mount, try_mount};
pub use shown::{APPS, FOLDERS, KEYS, Shown, ShownApp};
pub use timed::{Datasheet, Meter, Timed, Work};
