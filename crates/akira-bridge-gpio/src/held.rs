use akira_abi::AppId;

/// Reports which held buttons an app may see.
///
/// The owner of the buttons implements this trait and hides them from apps in the background: a button pin must not
/// bypass the input focus. Closures of type `Fn(AppId) -> u32` implement it.
pub trait HeldButtons {
    /// Returns the held buttons that `app` may see: bit n is the button with id n in the [`PinMap`](crate::PinMap).
    fn held(&self, app: AppId) -> u32;
}

impl<F: Fn(AppId) -> u32> HeldButtons for F {
    fn held(&self, app: AppId) -> u32 {
        self(app)
    }
}
