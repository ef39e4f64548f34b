use crate::{HostScope, List, VendorCapability};

/// Resources that an app may use with its capabilities: pins, buses, channels and hosts.
///
/// A capability permits a kind of operation; its scope selects the resources for it. A bridge
/// checks the scope when the app opens a resource. `None` sets no limit: the app may use all
/// resources that the board's bridge offers to apps. [`Policy::decide`](crate::Policy::decide)
/// replaces scopes that a manifest omits by the board's defaults.
///
/// ```
/// use akira_caps::{ChannelScope, Scopes};
///
/// let scopes = Scopes::default().with_uart(ChannelScope(0b10));
/// assert!(scopes.allows_uart(1) && !scopes.allows_uart(0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scopes {
    /// Pins that the app may read with `gpio.read` and drive with `gpio.write`.
    pub pins: Option<PinScope>,
    /// Devices on I2C buses that the app may access.
    pub i2c: Option<List<I2cScope, 16>>,
    /// Devices on SPI buses that the app may access.
    pub spi: Option<List<SpiScope, 8>>,
    /// Serial ports that the app may use.
    pub uart: Option<ChannelScope>,
    /// ADC channels that the app may read.
    pub adc: Option<ChannelScope>,
    /// PWM channels that the app may drive.
    pub pwm: Option<ChannelScope>,
    /// Hosts that the app may connect to; an empty list allows no connection.
    pub hosts: Option<List<HostScope, 4>>,
    /// Ports that the app may connect to on other hosts, and on which it may listen.
    pub ports: Option<List<u16, 8>>,
    /// Channels that the app may use with each vendor's capability.
    vendors: VendorScopes,
}

/// Channels of each vendor's capability, by the index of its bit, and a bit for each capability
/// that has a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct VendorScopes {
    limited: u16,
    channels: [ChannelScope; VendorCapability::COUNT],
}

impl VendorScopes {
    fn get(&self, index: usize) -> Option<ChannelScope> {
        let scope = self.channels.get(index).copied();
        scope.filter(|_| has_bit(self.limited.into(), index as u32))
    }

    fn set(&mut self, index: usize, scope: ChannelScope) {
        if let Some(channels) = self.channels.get_mut(index) {
            *channels = scope;
            self.limited |= 1 << index;
        }
    }

    /// Limits a capability to these channels. An earlier limit stays in force.
    pub(crate) fn limit(&mut self, capability: &VendorCapability, channels: ChannelScope) {
        let before = self.get(capability.index());
        let channels = before.map_or(channels.0, |before| before.0 & channels.0);
        self.set(capability.index(), ChannelScope(channels));
    }

    #[inline(never)]
    fn or(mut self, defaults: &Self) -> Self {
        for index in 0..VendorCapability::COUNT {
            if let Some(scope) = self.get(index).or(defaults.get(index)) {
                self.set(index, scope);
            }
        }
        self
    }
}

/// Pins 0-63 that an app may read and drive. Bit n stands for pin n, in the numbering that the app
/// uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PinScope {
    /// Pins that the app may read.
    pub inputs: u64,
    /// Pins that the app may drive.
    pub outputs: u64,
}

/// One device on an I2C bus that an app may access.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct I2cScope {
    /// Number of the I2C bus.
    pub bus: u8,
    /// Address of the device, 7 bits.
    pub address: u8,
}

/// One device on an SPI bus that an app may access.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpiScope {
    /// Number of the SPI bus.
    pub bus: u8,
    /// Number of the chip select line of the device.
    pub chip_select: u8,
}

/// Channels 0-31 that an app may use. Bit n stands for channel n.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChannelScope(pub u32);

impl PinScope {
    /// Returns whether the app may read `pin`.
    pub fn allows_input(&self, pin: u32) -> bool {
        has_bit(self.inputs, pin)
    }

    /// Returns whether the app may drive `pin`.
    pub fn allows_output(&self, pin: u32) -> bool {
        has_bit(self.outputs, pin)
    }
}

impl ChannelScope {
    /// Returns whether the app may use `channel`.
    pub fn allows(&self, channel: u32) -> bool {
        has_bit(u64::from(self.0), channel)
    }
}

fn has_bit(bits: u64, index: u32) -> bool {
    bits.checked_shr(index).is_some_and(|b| b & 1 == 1)
}

/// Setters that limit one kind of resource.
macro_rules! setters {
    ($($name:ident $field:ident $ty:ty)*) => {
        impl Scopes {
            $(
                #[doc = concat!("Limits [`", stringify!($field), "`](Self::", stringify!($field), ") to these.")]
                pub const fn $name(mut self, $field: $ty) -> Self {
                    self.$field = Some($field);
                    self
                }
            )*
        }
    };
}

setters! {
    with_pins pins PinScope
    with_i2c i2c List<I2cScope, 16>
    with_spi spi List<SpiScope, 8>
    with_uart uart ChannelScope
    with_adc adc ChannelScope
    with_pwm pwm ChannelScope
    with_hosts hosts List<HostScope, 4>
    with_ports ports List<u16, 8>
}

impl Scopes {
    /// Returns whether the app may read `pin`.
    pub fn allows_pin_input(&self, pin: u32) -> bool {
        self.pins.is_none_or(|pins| pins.allows_input(pin))
    }

    /// Returns whether the app may drive `pin`.
    pub fn allows_pin_output(&self, pin: u32) -> bool {
        self.pins.is_none_or(|pins| pins.allows_output(pin))
    }

    /// Returns whether the app may access the device at `address` (7 bits) of I2C `bus`.
    pub fn allows_i2c(&self, bus: u32, address: u32) -> bool {
        let same = |d: &I2cScope| u32::from(d.bus) == bus && u32::from(d.address) == address;
        self.i2c.as_ref().is_none_or(|list| list.iter().any(same))
    }

    /// Returns whether the app may access the device behind `chip_select` of SPI `bus`.
    pub fn allows_spi(&self, bus: u32, chip_select: u32) -> bool {
        let same =
            |d: &SpiScope| u32::from(d.bus) == bus && u32::from(d.chip_select) == chip_select;
        self.spi.as_ref().is_none_or(|list| list.iter().any(same))
    }

    /// Returns whether the app may use serial port `port`.
    pub fn allows_uart(&self, port: u32) -> bool {
        self.uart.is_none_or(|scope| scope.allows(port))
    }

    /// Returns whether the app may read ADC `channel`.
    pub fn allows_adc(&self, channel: u32) -> bool {
        self.adc.is_none_or(|scope| scope.allows(channel))
    }

    /// Returns whether the app may drive PWM `channel`.
    pub fn allows_pwm(&self, channel: u32) -> bool {
        self.pwm.is_none_or(|scope| scope.allows(channel))
    }

    /// Returns whether the app may connect to `host`, a name or an address, at `port`.
    pub fn allows_host(&self, host: &str, port: u16) -> bool {
        let named = |list: &List<HostScope, 4>| list.iter().any(|h| h.allows(host, port));
        self.allows_port(port) && self.hosts.as_ref().is_none_or(named)
    }

    /// Returns whether the app may use `port`: listen on it, or connect to it on an allowed host.
    pub fn allows_port(&self, port: u16) -> bool {
        self.ports.as_ref().is_none_or(|list| list.contains(&port))
    }

    /// Limits a vendor's capability to these channels. An earlier limit stays in force.
    ///
    /// ```
    /// use akira_caps::{ChannelScope, Scopes, VendorCapability};
    ///
    /// const VALVE: VendorCapability = VendorCapability::new("acme.valve", 48, true).expect("a valid name and bit");
    /// let scopes = Scopes::default().with_vendor(&VALVE, ChannelScope(0b10));
    /// assert!(scopes.allows_vendor(&VALVE, 1) && !scopes.allows_vendor(&VALVE, 0));
    /// ```
    pub fn with_vendor(mut self, capability: &VendorCapability, channels: ChannelScope) -> Self {
        self.vendors.limit(capability, channels);
        self
    }

    /// Returns whether the app may use `channel` (0-31) of a vendor's capability. The vendor
    /// defines the meaning of the channels.
    pub fn allows_vendor(&self, capability: &VendorCapability, channel: u32) -> bool {
        let scope = self.vendors.get(capability.index());
        scope.is_none_or(|scope| scope.allows(channel))
    }

    /// Replaces the limits of the vendors' capabilities in `vendors`, and keeps the limits of all
    /// others.
    pub(crate) fn limit_vendors(&mut self, vendors: VendorScopes) {
        self.vendors = vendors.or(&self.vendors);
    }

    /// Returns these scopes, with each unset scope replaced by that scope of `defaults`. Hosts and
    /// ports belong together: if one of them is set, the default of the other is not used.
    pub fn or(&self, defaults: &Self) -> Self {
        let network = if self.hosts.is_none() && self.ports.is_none() {
            defaults
        } else {
            self
        };
        Self {
            pins: self.pins.or(defaults.pins),
            i2c: self.i2c.or(defaults.i2c),
            spi: self.spi.or(defaults.spi),
            uart: self.uart.or(defaults.uart),
            adc: self.adc.or(defaults.adc),
            pwm: self.pwm.or(defaults.pwm),
            hosts: network.hosts,
            ports: network.ports,
            vendors: self.vendors.or(&defaults.vendors),
        }
    }
}
