use akira_abi::AppId;

/// The folder of one app: its name and its quota.
#[derive(Clone, Copy, Debug)]
pub struct AppFolder<'a> {
    /// The running app, to which open files belong.
    pub app: AppId,
    /// The folder's name, usually the app's name: 1-31 bytes, no `/`. The folder persists across runs of the app.
    pub name: &'a str,
    /// The maximum size of its files, in bytes, [`ENTRY_BYTES`](crate::ENTRY_BYTES) for each entry included.
    pub quota: u32,
}
