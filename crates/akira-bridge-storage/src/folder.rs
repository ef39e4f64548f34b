use akira_abi::AppId;

/// The files of one app: where they are and how much they may take.
#[derive(Clone, Copy, Debug)]
pub struct AppFolder<'a> {
    /// The running app, to which open files belong.
    pub app: AppId,
    /// The folder's name, mostly the app's: 1-31 bytes, no `/`. It outlives a run of the app.
    pub name: &'a str,
    /// The most that its files may take, in bytes, [`ENTRY_BYTES`](crate::ENTRY_BYTES) for each entry included.
    pub quota: u32,
}
