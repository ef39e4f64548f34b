use akira_abi::AppId;

/// Tells which buttons of the device an app may see held.
///
/// Whoever owns the buttons answers, and hides them from apps in the background: a button pin is a way to the
/// buttons, so it must not be a way around the focus. Closures of this shape are it.
pub trait HeldButtons {
    /// Returns the buttons that `app` sees held: bit n is the button that the [`PinMap`](crate::PinMap) calls n.
    fn held(&self, app: AppId) -> u32;
}

impl<F: Fn(AppId) -> u32> HeldButtons for F {
    fn held(&self, app: AppId) -> u32 {
        self(app)
    }
}
