/// A button of the console, independent of the number that a board gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Button {
    /// HOME, also OK.
    Home,
    /// D-pad up.
    Up,
    /// D-pad down.
    Down,
    /// D-pad left.
    Left,
    /// D-pad right.
    Right,
    /// A.
    A,
    /// B.
    B,
    /// X.
    X,
    /// Y.
    Y,
}

impl Button {
    /// Every button.
    pub const ALL: [Self; 9] = [
        Self::Home,
        Self::Up,
        Self::Down,
        Self::Left,
        Self::Right,
        Self::A,
        Self::B,
        Self::X,
        Self::Y,
    ];
}

/// The number of each button as apps see it.
///
/// The SDK's header and the production board disagree about B, X and Y. Apps are built with the header, so
/// [`ButtonMap::SDK`] works for all of them. [`ButtonMap::PROD`] is for apps written for the production board alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ButtonMap {
    b: u32,
    x: u32,
    y: u32,
}

impl ButtonMap {
    /// The constants of the SDK's header: B 7, X 8, Y 9.
    pub const SDK: Self = Self { b: 7, x: 8, y: 9 };
    /// The codes in the production board's device tree: Y 7, B 8, X 9.
    pub const PROD: Self = Self { b: 8, x: 9, y: 7 };

    /// Returns the number of `button`.
    pub const fn id(&self, button: Button) -> u32 {
        match button {
            Button::Home => 1,
            Button::Up => 2,
            Button::Down => 3,
            Button::Left => 4,
            Button::Right => 5,
            Button::A => 6,
            Button::B => self.b,
            Button::X => self.x,
            Button::Y => self.y,
        }
    }

    /// Returns the button with this number.
    pub fn button(&self, id: u32) -> Option<Button> {
        Button::ALL.into_iter().find(|b| self.id(*b) == id)
    }
}
