use crate::session::Session;
use crate::terminal::Terminal;
use crate::upload::Upload;
use crate::{Config, Error};
use akira_runtime::engine::Engine;
use akira_runtime::{Board, Runtime};
use core::convert::Infallible;
use core::fmt;
use embedded_io_async::{Read, Write};

/// The command line of a device, for one link at a time.
pub struct Shell<'a, B: Board, E: Engine> {
    runtime: Runtime<B, E>,
    config: Config<'a>,
    /// An app that has come in part, and may go on to come.
    upload: Option<Upload>,
}

impl<'a, B: Board, E: Engine> Shell<'a, B, E> {
    /// Makes the command line of a device.
    pub const fn new(runtime: Runtime<B, E>, config: Config<'a>) -> Self {
        Self {
            runtime,
            config,
            upload: None,
        }
    }

    /// Serves a link until it ends: reads commands, obeys them and answers.
    ///
    /// It does not run the apps; await [`Runtime::run`] beside it.
    ///
    /// # Errors
    ///
    /// [`Error`] if the link is closed or fails. The shell can then be run on another link.
    ///
    /// # Cancel safety
    ///
    /// A drop loses what was read of a line and what was not yet written of an answer; each command is carried out
    /// whole or not at all. An `install` with a CRC goes on where it was when it is asked for again. `log -f` and
    /// `install` drop a read that takes too long, so `io.read` must lose no bytes when it is dropped.
    pub async fn run<IO: Read + Write>(
        &mut self,
        io: &mut IO,
    ) -> Result<Infallible, Error<IO::Error>> {
        self.upload.take_if(|upload| !upload.is_resumable());
        let terminal = Terminal::new(io, self.runtime.board().clock());
        let mut session = Session::new(&self.runtime, &self.config, &mut self.upload, terminal);
        session.run().await
    }
}

impl<B: Board, E: Engine> fmt::Debug for Shell<'_, B, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shell")
            .field("config", &self.config)
            .field("upload", &self.upload.as_ref().map(|upload| upload.parcel))
            .finish_non_exhaustive()
    }
}
