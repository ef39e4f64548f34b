use akira::Board;
use akira::engine::Engine;
use akira::install::Library;
use akira::manage::Apps;
use akira_shell::{Config, Shell};
use core::convert::Infallible;
use embassy_futures::select::select;
use embedded_io_async::{Read, Write};
use embedded_storage_async::nor_flash::NorFlash;

/// Runs a board's apps, watches new versions during their trial, and records that the device has
/// started well. Never returns.
///
/// # Cancel safety
///
/// Dropping the future pauses the apps; calling and awaiting `run_apps` again resumes them.
pub async fn run_apps<B, E, F, const RECORDS: usize>(library: &Library<B, E, F, RECORDS>)
where
    B: Board,
    E: Engine,
    F: NorFlash,
{
    select(library.runtime().run(), library.run()).await;
}

/// Serves the command line on a link that neither fails nor closes, such as a UART. Never returns.
///
/// # Cancel safety
///
/// Dropping the future loses a partly read command line and the unwritten part of an answer, as
/// [`Shell::run`] describes. Each command is executed completely or not at all.
pub async fn serve<B, E, F, IO, const RECORDS: usize>(
    library: &Library<B, E, F, RECORDS>,
    io: &mut IO,
    config: Config<'_>,
) where
    B: Board,
    E: Engine,
    F: NorFlash,
    IO: Read<Error = Infallible> + Write,
{
    let apps: &dyn Apps = library;
    let mut shell = Shell::new(apps, library.door(), config);
    loop {
        // When a session ends, the next one begins.
        let _ = shell.run(io).await;
    }
}
