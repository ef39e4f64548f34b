/// The module that a native call is imported from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ImportModule {
    /// `env`, for nearly all.
    Env,
    /// `akira_log`.
    AkiraLog,
    /// `akira_time`.
    AkiraTime,
    /// `wasi_snapshot_preview1`.
    Wasi,
}

impl ImportModule {
    /// Returns the name that imports write.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Env => "env",
            Self::AkiraLog => "akira_log",
            Self::AkiraTime => "akira_time",
            Self::Wasi => "wasi_snapshot_preview1",
        }
    }
}

impl core::fmt::Display for ImportModule {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}
