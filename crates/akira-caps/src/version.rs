use core::fmt;

use crate::Manifest;

/// A version of the app ABI, such as `"1.0"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AbiVersion {
    /// Major version, which must equal the firmware's.
    pub major: u16,
    /// Minor version, which may be older than the firmware's.
    pub minor: u16,
}

/// A version of AkiraOS, such as `"1.5.0"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
    /// The third number.
    pub patch: u16,
}

/// ABI and version that a firmware offers to apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Firmware {
    /// ABI for apps.
    pub abi: AbiVersion,
    /// Equivalent version of AkiraOS.
    pub version: Version,
}

/// Reason why an app cannot run on a firmware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incompatible {
    /// The app was built for another ABI: rebuild it.
    Abi {
        /// ABI that the app was built for.
        asked: AbiVersion,
        /// ABI of the firmware.
        offered: AbiVersion,
    },
    /// The app needs a newer firmware: update the firmware.
    Firmware {
        /// Oldest version that the app runs on.
        asked: Version,
        /// Version of the firmware.
        offered: Version,
    },
}

/// Warning that an app was built for a newer minor version of the ABI: calls that are new there fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewerMinor {
    /// ABI that the app was built for.
    pub asked: AbiVersion,
    /// ABI of the firmware.
    pub offered: AbiVersion,
}

impl AbiVersion {
    /// ABI 1.0, which also applies to an app that sets none.
    pub const V1_0: Self = Self { major: 1, minor: 0 };

    /// Reads `"M.m"` or `"M"`.
    pub fn parse(text: &str) -> Option<Self> {
        let [major, minor] = numbers(text)?;
        Some(Self { major, minor })
    }
}

impl Version {
    /// Reads `"a.b.c"`, `"a.b"` or `"a"`; ignores the part after a `-` or `+`.
    pub fn parse(text: &str) -> Option<Self> {
        let [major, minor, patch] = numbers(text.split(['-', '+']).next()?)?;
        Some(Self {
            major,
            minor,
            patch,
        })
    }
}

/// Reads 1 to `N` numbers with dots between them.
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
    /// Checks whether the app can run on `firmware`, perhaps with a warning.
    ///
    /// # Errors
    ///
    /// [`Incompatible`] for another major ABI version or a firmware that is too old: `-ENOTSUP` to the installer.
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
