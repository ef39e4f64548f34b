use core::fmt;

use crate::Manifest;

/// Version of the app ABI (the native calls and their meaning), such as `"1.0"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AbiVersion {
    /// Major version. The app's must equal the firmware's.
    pub major: u16,
    /// Minor version. An app for a newer minor version is accepted with a [warning](NewerMinor).
    pub minor: u16,
}

/// Version of AkiraOS, such as `"1.5.0"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Major version: first number of `major.minor.patch`.
    pub major: u16,
    /// Minor version: second number of `major.minor.patch`.
    pub minor: u16,
    /// Patch version: third number of `major.minor.patch`.
    pub patch: u16,
}

/// Versions of a firmware, which are compared with the versions in an app's manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Firmware {
    /// Version of the ABI that the firmware offers to apps.
    pub abi: AbiVersion,
    /// Version of AkiraOS that the firmware is equivalent to.
    pub version: Version,
}

/// Reason why an app cannot run on a firmware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incompatible {
    /// The app was built for another major version of the ABI. Rebuild the app.
    Abi {
        /// Version of the ABI that the app was built for.
        asked: AbiVersion,
        /// Version of the ABI that the firmware offers.
        offered: AbiVersion,
    },
    /// The app needs a newer firmware. Update the firmware.
    Firmware {
        /// Oldest version of AkiraOS that the app runs on.
        asked: Version,
        /// Version of AkiraOS that the firmware is equivalent to.
        offered: Version,
    },
}

/// Warning for an app that was built for a newer minor version of the ABI: native calls that are
/// new in that version fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewerMinor {
    /// Version of the ABI that the app was built for.
    pub asked: AbiVersion,
    /// Version of the ABI that the firmware offers.
    pub offered: AbiVersion,
}

impl AbiVersion {
    /// ABI 1.0, which also applies to an app whose manifest names no version.
    pub const V1_0: Self = Self { major: 1, minor: 0 };

    /// Parses `"major.minor"` or `"major"`. Returns `None` for any other form.
    pub fn parse(text: &str) -> Option<Self> {
        let [major, minor] = numbers(text)?;
        Some(Self { major, minor })
    }
}

impl Version {
    /// Parses `"major.minor.patch"`, `"major.minor"` or `"major"`, and ignores a part after `-` or
    /// `+`. Returns `None` for any other form.
    pub fn parse(text: &str) -> Option<Self> {
        let [major, minor, patch] = numbers(text.split(['-', '+']).next()?)?;
        Some(Self {
            major,
            minor,
            patch,
        })
    }
}

/// Parses 1 to `N` numbers with dots between them; missing numbers are 0.
fn numbers<const N: usize>(text: &str) -> Option<[u16; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split('.');
    for (i, number) in numbers.iter_mut().enumerate() {
        match parts.next() {
            Some(part) => *number = part.parse().ok()?,
            None if i > 0 => break,
            None => return None,
        }
    }
    parts.next().is_none().then_some(numbers)
}

impl Manifest<'_> {
    /// Checks whether the app can run on `firmware`. Returns a warning if the app was built for a
    /// newer minor version of the ABI.
    ///
    /// # Errors
    ///
    /// [`Incompatible`] if the app was built for another major version of the ABI, or needs a newer
    /// firmware.
    pub fn check_compatibility(
        &self,
        firmware: &Firmware,
    ) -> Result<Option<NewerMinor>, Incompatible> {
        let asked = self.abi.unwrap_or(AbiVersion::V1_0);
        let offered = firmware.abi;
        if asked.major != offered.major {
            return Err(Incompatible::Abi { asked, offered });
        }
        if let Some(oldest) = self.min_akiraos_version.filter(|v| *v > firmware.version) {
            return Err(Incompatible::Firmware {
                asked: oldest,
                offered: firmware.version,
            });
        }
        Ok((asked.minor > offered.minor).then_some(NewerMinor { asked, offered }))
    }
}

impl fmt::Display for AbiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl fmt::Display for NewerMinor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (asked, offered) = (self.asked, self.offered);
        write!(
            f,
            "built for ABI {asked}, but this firmware has {offered}: calls that are new in {asked} fail"
        )
    }
}

impl fmt::Display for Incompatible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Abi { asked, offered } => {
                write!(
                    f,
                    "built for ABI {asked}, but this firmware has {offered}: rebuild the app for it"
                )
            }
            Self::Firmware { asked, offered } => {
                write!(
                    f,
                    "needs firmware {asked} or newer, but this is {offered}: update the firmware"
                )
            }
        }
    }
}

impl core::error::Error for Incompatible {}
