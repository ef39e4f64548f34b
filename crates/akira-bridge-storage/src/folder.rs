use akira_abi::AppId;

/// Folder of one app: its owner, its name and its quota.
#[derive(Clone, Copy, Debug)]
pub struct AppFolder<'a> {
    /// Id of the running app, to which the open files belong.
    pub app: AppId,
    /// Name of the folder, usually the app's name: 1-31 bytes, without `/`. The folder persists
    /// across runs of the app.
    pub name: &'a str,
    /// Maximum size of the folder's files in bytes, including [`ENTRY_BYTES`](crate::ENTRY_BYTES)
    /// for each entry.
    pub quota: u32,
}
