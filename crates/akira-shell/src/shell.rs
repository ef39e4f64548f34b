use crate::session::Session;
use crate::{Config, Error, Link};
use akira_manage::{Apps, Parcel, Sink};
use core::convert::Infallible;
use core::fmt;
use embedded_io_async::{Read, Write};

/// Command line of a device, for one link at a time.
pub struct Shell<'a, S> {
    apps: &'a dyn Apps,
    sink: S,
    config: Config<'a>,
}

impl<'a, S: Sink> Shell<'a, S> {
    /// Creates the command line of a device. `apps` manages the apps; `sink` installs those that
    /// arrive over the link.
    pub const fn new(apps: &'a dyn Apps, sink: S, config: Config<'a>) -> Self {
        Self { apps, sink, config }
    }

    /// Serves a link until it ends: asks for the token if one is set, then reads, executes and
    /// answers commands.
    ///
    /// It does not run the apps; await the runtime concurrently.
    ///
    /// # Errors
    ///
    /// [`Error`] if the link is closed or fails, or the peer does not type the token. The shell can
    /// then be run on another link.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses the part of a line that was read and the part of an answer that
    /// was not yet written. Each command is carried out completely or not at all. An `install` with
    /// a CRC is resumed when the same command is sent again. `log -f`, `run` and `install` drop a
    /// read that takes too long, so `io.read` must lose no bytes when it is dropped.
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

    /// Serves a link whose peer has already been authenticated. Does not ask for the token.
    ///
    /// # Errors
    ///
    /// [`Error`] if the link is closed or fails.
    ///
    /// # Cancel safety
    ///
    /// The same as for [`run`](Self::run).
    pub async fn serve<IO: Read + Write>(
        &mut self,
        link: &mut Link<'_, IO>,
    ) -> Result<Infallible, Error<IO::Error>> {
        // Without a checksum, the rest of this app cannot be told from another app, so it is not
        // resumed.
        if let Some((Parcel { crc32: None, .. }, _)) = self.sink.progress() {
            // If this fails, the next transfer discards the bytes.
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
