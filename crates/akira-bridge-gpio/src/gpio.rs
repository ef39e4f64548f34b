use core::cell::RefCell;

use akira_abi::caps::PinScope;
use akira_abi::{AppId, Errno};
use heapless::Vec;

use crate::{Drive, Flags, HeldButtons, Line, PINS, Pin, PinMap};

/// Virtual pins of a device: `LINES` physical lines and the buttons, for up to `APPS` apps at once.
///
/// An app's pin configuration affects only its own reads. An output belongs to the app that
/// configured it until the app reconfigures the pin or ends.
#[derive(Debug)]
pub struct Gpio<L, B, const LINES: usize, const APPS: usize> {
    map: PinMap,
    buttons: B,
    state: RefCell<State<L, LINES, APPS>>,
}

#[derive(Debug)]
struct State<L, const LINES: usize, const APPS: usize> {
    lines: [L; LINES],
    owners: [Option<AppId>; LINES],
    apps: Vec<AppPins, APPS>,
}

#[derive(Debug)]
struct AppPins {
    app: AppId,
    flags: [Flags; PINS],
}

impl<L: Line, B: HeldButtons, const LINES: usize, const APPS: usize> Gpio<L, B, LINES, APPS> {
    /// Creates the pins of a device from the map, the lines that the map refers to by index, and
    /// the buttons.
    pub const fn new(map: PinMap, lines: [L; LINES], buttons: B) -> Self {
        Self {
            map,
            buttons,
            state: RefCell::new(State {
                lines,
                owners: [None; LINES],
                apps: Vec::new(),
            }),
        }
    }

    /// Configures `pin` for `app` with the flags of [`Flags`]. With `flags` 0, `app` releases the
    /// pin.
    ///
    /// `scope` limits the pins that the app may use; `None` allows all pins. An output starts at
    /// the requested level, or at a logical 0. The board sets the pulls: the pull flags only state
    /// which wiring the app expects.
    ///
    /// # Errors
    ///
    /// `EINVAL` for a pin above 48 or contradictory [`Flags`], `ENODEV` if the board has no such
    /// pin, `EPERM` if the pin is outside `scope`, `ENOTSUP` for an output on a button or on an
    /// input line, `EBUSY` if another app drives the pin, `ENOMEM` if `APPS` other apps have
    /// configured pins, `EIO` if the hardware fails.
    pub fn configure(
        &self,
        app: AppId,
        scope: Option<&PinScope>,
        pin: u32,
        flags: u32,
    ) -> Result<(), Errno> {
        let flags = Flags::new(flags)?;
        let target = self.find(pin)?;
        allow(!flags.is_input() || may_read(scope, pin))?;
        allow(!flags.is_output() || may_drive(scope, pin))?;
        let mut state = self.state.borrow_mut();
        state.reserve(app)?;
        match target {
            Pin::Line(line) => state.configure_line(app, usize::from(line), flags)?,
            _ if flags.is_output() => return Err(Errno::ENOTSUP),
            _ => (),
        }
        state.set_flags(app, pin, flags);
        Ok(())
    }

    /// Returns the logical level of `pin`, in the polarity that `app` configured. If `app` has not
    /// configured the pin, `true` means high, or pressed for a button.
    ///
    /// # Errors
    ///
    /// `EINVAL` for a pin above 48, `ENODEV` if the board has no such pin, `EPERM` if the pin is
    /// outside `scope`, `ENOTSUP` if the line cannot be read, `EIO` if the hardware fails.
    pub fn read(&self, app: AppId, scope: Option<&PinScope>, pin: u32) -> Result<bool, Errno> {
        let target = self.find(pin)?;
        let mut state = self.state.borrow_mut();
        let flags = state.flags(app, pin);
        allow(may_read(scope, pin) || (flags.is_output() && may_drive(scope, pin)))?;
        match target {
            Pin::Line(line) => {
                let high = state.line(usize::from(line))?.is_high()?;
                Ok(high != flags.is_active_low())
            }
            Pin::Button(id) => {
                let pressed = self.buttons.held(app) >> id & 1 == 1;
                Ok(flags.button_level(pressed))
            }
            Pin::Absent => Err(Errno::ENODEV),
        }
    }

    /// Drives `pin` to the logical level `value`, in the polarity that `app` configured.
    ///
    /// # Errors
    ///
    /// `EINVAL` for a pin above 48 or a pin that `app` has not configured as an output, `ENODEV` if
    /// the board has no such pin, `EPERM` if the pin is outside `scope`, `EBUSY` if another app
    /// drives the pin, `EIO` if the hardware fails.
    pub fn write(
        &self,
        app: AppId,
        scope: Option<&PinScope>,
        pin: u32,
        value: bool,
    ) -> Result<(), Errno> {
        let target = self.find(pin)?;
        allow(may_drive(scope, pin))?;
        let Pin::Line(line) = target else {
            return Err(Errno::EINVAL);
        };
        let (line, mut state) = (usize::from(line), self.state.borrow_mut());
        state.check_free(app, line)?;
        if !state.is_owner(app, line) {
            return Err(Errno::EINVAL);
        }
        let high = value != state.flags(app, pin).is_active_low();
        state.line(line)?.drive(level(high))
    }

    /// Releases every line that `app` drives, and discards its pin configuration. The runtime calls
    /// this function when the app ends.
    ///
    /// # Errors
    ///
    /// Returns the first hardware error. All other lines are released nevertheless.
    pub fn release(&self, app: AppId) -> Result<(), Errno> {
        let mut state = self.state.borrow_mut();
        state.apps.retain(|a| a.app != app);
        let mut result = Ok(());
        for line in 0..LINES {
            result = result.and(state.give_up(app, line));
        }
        result
    }

    /// Consumes the pins and returns the lines, still driven at their present levels.
    pub fn into_inner(self) -> [L; LINES] {
        self.state.into_inner().lines
    }

    fn find(&self, pin: u32) -> Result<Pin, Errno> {
        match self.map.pin(pin)? {
            Pin::Absent => Err(Errno::ENODEV),
            found => Ok(found),
        }
    }
}

impl<L: Line, const LINES: usize, const APPS: usize> State<L, LINES, APPS> {
    fn line(&mut self, line: usize) -> Result<&mut L, Errno> {
        self.lines.get_mut(line).ok_or(Errno::ENODEV)
    }

    fn configure_line(&mut self, app: AppId, line: usize, flags: Flags) -> Result<(), Errno> {
        if !flags.is_output() {
            return self.give_up(app, line);
        }
        self.check_free(app, line)?;
        self.line(line)?.drive(level(flags.first_level_is_high()))?;
        self.owners[line] = Some(app);
        Ok(())
    }

    fn is_owner(&self, app: AppId, line: usize) -> bool {
        self.owners.get(line) == Some(&Some(app))
    }

    fn check_free(&self, app: AppId, line: usize) -> Result<(), Errno> {
        match self.owners.get(line) {
            Some(&Some(owner)) if owner != app => Err(Errno::EBUSY),
            _ => Ok(()),
        }
    }

    fn give_up(&mut self, app: AppId, line: usize) -> Result<(), Errno> {
        if !self.is_owner(app, line) {
            return Ok(());
        }
        self.owners[line] = None;
        self.line(line)?.drive(Drive::Released)
    }

    fn reserve(&mut self, app: AppId) -> Result<(), Errno> {
        if self.apps.iter().any(|a| a.app == app) {
            return Ok(());
        }
        let flags = [Flags::default(); PINS];
        self.apps
            .push(AppPins { app, flags })
            .map_err(|_| Errno::ENOMEM)
    }

    fn flags(&self, app: AppId, pin: u32) -> Flags {
        let pins = self.apps.iter().find(|a| a.app == app);
        pins.and_then(|a| a.flags.get(pin as usize))
            .copied()
            .unwrap_or_default()
    }

    fn set_flags(&mut self, app: AppId, pin: u32, flags: Flags) {
        let pins = self.apps.iter_mut().find(|a| a.app == app);
        if let Some(slot) = pins.and_then(|a| a.flags.get_mut(pin as usize)) {
            *slot = flags;
        }
    }
}

fn allow(allowed: bool) -> Result<(), Errno> {
    if allowed { Ok(()) } else { Err(Errno::EPERM) }
}

fn may_read(scope: Option<&PinScope>, pin: u32) -> bool {
    scope.is_none_or(|s| s.allows_input(pin))
}

fn may_drive(scope: Option<&PinScope>, pin: u32) -> bool {
    scope.is_none_or(|s| s.allows_output(pin))
}

fn level(high: bool) -> Drive {
    if high { Drive::High } else { Drive::Low }
}
