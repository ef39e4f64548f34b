/// Button of the console, independent of the number that a board gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Button {
    /// The HOME button, which is also OK.
    Home,
    /// The up button of the D-pad.
    Up,
    /// The down button of the D-pad.
    Down,
    /// The left button of the D-pad.
    Left,
    /// The right button of the D-pad.
    Right,
    /// The A button.
    A,
    /// The B button.
    B,
    /// The X button.
    X,
    /// The Y button.
    Y,
}

impl Button {
    /// All buttons, in the order of declaration.
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

/// Map from each button to the number by which apps know it.
///
/// The SDK's header and the production board disagree about the numbers of B, X and Y. Apps are
/// built with the header, so [`ButtonMap::SDK`] works for all of them. Use [`ButtonMap::PROD`] for
/// apps written for the production board only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ButtonMap {
    b: u32,
    x: u32,
    y: u32,
}

impl ButtonMap {
    /// Numbers of the SDK's header: B is 7, X is 8, Y is 9.
    pub const SDK: Self = Self { b: 7, x: 8, y: 9 };
    /// Numbers in the production board's device tree: Y is 7, B is 8, X is 9.
    pub const PROD: Self = Self { b: 8, x: 9, y: 7 };

    /// Returns the number by which apps know `button`.
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

    /// Returns the button with the number `id`, or `None` if no button has it.
    pub fn button(&self, id: u32) -> Option<Button> {
        Button::ALL.into_iter().find(|b| self.id(*b) == id)
    }
}
