use crate::session::Session;
use crate::{Config, Error, Link};
use akira_manage::{Apps, Parcel, Sink};
use core::convert::Infallible;
use core::fmt;
use embedded_io_async::{Read, Write};

/// The command line of a device, for one link at a time.
pub struct Shell<'a, S> {
    apps: &'a dyn Apps,
    sink: S,
    config: Config<'a>,
}

impl<'a, S: Sink> Shell<'a, S> {
    /// Makes the command line of a device with these apps, whose `sink` installs those that arrive over the link.
    pub const fn new(apps: &'a dyn Apps, sink: S, config: Config<'a>) -> Self {
        Self { apps, sink, config }
    }

    /// Serves a link until it ends: asks for the token, if there is one, reads commands, obeys them and answers.
    ///
    /// It does not run the apps; await the runtime beside it.
    ///
    /// # Errors
    ///
    /// [`Error`] if the link is closed or fails, or nobody types the token there. The shell can then be run on another link.
    ///
    /// # Cancel safety
    ///
    /// A drop loses what was read of a line and what was not yet written of an answer; each command is carried out
    /// whole or not at all. An `install` with a CRC is resumed when it is asked for again. `log -f` and
    /// `install` drop a read that takes too long, so `io.read` must lose no bytes when it is dropped.
    pub async fn run<IO: Read + Write>(
        &mut self,
        io: &mut IO,
    ) -> Result<Infallible, Error<IO::Error>> {
        let mut link = Link::new(io, self.apps.clock());
        if let Some(token) = self.config.token {
            link.expect_token(token, async || ()).await?;
        }
        self.serve(&mut link).await
    }

    /// Serves a link whose peer has shown all that it needs to: there is no question for a token.
    ///
    /// # Errors
    ///
    /// [`Error`] if the link is closed or fails.
    ///
    /// # Cancel safety
    ///
    /// That of [`run`](Self::run).
    pub async fn serve<IO: Read + Write>(
        &mut self,
        link: &mut Link<'_, IO>,
    ) -> Result<Infallible, Error<IO::Error>> {
        // What arrived without a checksum cannot be told from another app.
        if let Some((Parcel { crc32: None, .. }, _)) = self.sink.progress() {
            // It is forgotten when another begins, if not now.
            let _ = self.sink.abort().await;
        }
        let mut session = Session::new(self.apps, &mut self.sink, &self.config, link);
        session.run().await
    }
}

impl<S: Sink> fmt::Debug for Shell<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shell")
            .field("config", &self.config)
            .field("progress", &self.sink.progress())
            .finish_non_exhaustive()
    }
}
