use akira_abi::AppId;

/// Reports the held buttons that an app may see.
///
/// The code that owns the buttons implements this trait and hides the buttons from apps in the
/// background, so that a button pin does not bypass the input focus. Closures of type
/// `Fn(AppId) -> u32` implement it.
pub trait HeldButtons {
    /// Returns the held buttons that `app` may see as a bit mask: bit n is set if the button with
    /// id n in the [`PinMap`](crate::PinMap) is held.
    fn held(&self, app: AppId) -> u32;
}

impl<F: Fn(AppId) -> u32> HeldButtons for F {
    fn held(&self, app: AppId) -> u32 {
        self(app)
    }
}
