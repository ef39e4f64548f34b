use akira_caps::{Capability, CapabilitySet, VendorCapability, name_of};

use crate::{Errno, ImportModule, Param};

/// One native call: a function that apps may import.
///
/// A row is plain data. The runtime's linking and its capability check, the guest bindings, the C header, the
/// reference, the fuzz cases and the conformance app are all loops over these rows. A row is a `static`, so its address
/// identifies it, and it reads as a sentence: its parameters, its required capability and its effect. Firmware contains
/// all rows, so a row is compact: small numbers instead of texts and sets.
///
/// ```
/// use akira_abi::caps::Capability;
/// use akira_abi::{NativeCall, Param};
///
/// pub static GPIO_WRITE: NativeCall = NativeCall::new("gpio_write")
///     .takes(&[Param::u32("pin"), Param::u32("value")])
///     .requires(Capability::GpioWrite)
///     .does("Drives `pin` low if `value` is 0, else high.");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct NativeCall {
    /// Import module, usually `env`.
    pub module: ImportModule,
    /// Import name.
    pub name: &'static str,
    /// Parameters in wasm order.
    pub params: &'static [Param],
    /// Result of the call.
    pub result: Ret,
    /// Capability that the app must hold.
    pub needs: Needs,
    /// Whether the call may wait.
    pub mode: Mode,
    /// Whether the call is offered.
    pub support: Support,
    /// Result for an app that lacks the capability.
    pub denied: Denied,
    /// Documentation of the call: effect, units, ranges, errors. Only with the feature `docs`: no device needs the
    /// texts.
    #[cfg(feature = "docs")]
    pub doc: &'static str,
}

/// Result of a native call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ret {
    /// No result.
    Void,
    /// An i32: 0 or a positive result, or a negative errno.
    Status,
    /// An i32 with a meaning of its own, of any sign.
    Value,
    /// 1 for yes, 0 for no. Devices without the module return 0, since apps would treat an errno as yes.
    Flag,
    /// An i32 address in linear memory, 0 for none.
    Address,
    /// An i32 address, 0 for none, of memory in linear memory that the host allocated for the app.
    Allocation,
    /// An i64.
    I64,
}

/// Capability that a native call needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Needs {
    /// No capability.
    Nothing,
    /// This capability.
    One(Capability),
    /// The capability with this bit, which a vendor has registered.
    Vendor(u8),
    /// At least one of these two capabilities.
    Either(Capability, Capability),
    /// A capability that an argument selects: `set` if the parameter with this index has a bit of `mask`, otherwise
    /// `clear`.
    Flag {
        /// Index of the parameter.
        param: u8,
        /// Bits that select: a mask of the lowest seven bits, or all 32 bits if it is -1.
        mask: i8,
        /// Capability that is needed if one of the bits is set.
        set: Capability,
        /// Capability that is needed if none is set.
        clear: Capability,
    },
}

/// Result for an app that lacks the capability: a small number, such as an errno, or the lowest i32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied(i8);

/// Whether a native call may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Runs inline and never waits.
    Immediate,
    /// May wait: the app is paused, other apps run.
    Suspending,
}

/// Whether a native call is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// Offered by boards that have its native module.
    Offered,
    /// Another signature under the same name, as older SDKs declared it.
    Alternate,
    /// Not offered yet: no bridge of ours implements it, so it returns `-ENOSYS` unless a board adds a handler of its
    /// own.
    Planned,
    /// Never offered, because it serves attacks: returns `-ENOTSUP`.
    Refused,
}

impl Needs {
    /// Returns all capabilities that the call may need, regardless of the arguments.
    pub const fn capabilities(self) -> CapabilitySet {
        match self {
            Self::Nothing => CapabilitySet::EMPTY,
            Self::One(capability) => CapabilitySet::of(&[capability]),
            Self::Vendor(bit) => CapabilitySet::from_bits(1 << bit),
            Self::Either(one, other) => CapabilitySet::of(&[one, other]),
            Self::Flag { set, clear, .. } => CapabilitySet::of(&[set, clear]),
        }
    }
}

impl Needs {
    /// Returns the names of all capabilities that the call may need, regardless of the arguments; a vendor's name comes
    /// from `vendors`.
    pub fn names(self, vendors: &[VendorCapability]) -> impl Iterator<Item = &'static str> {
        let bits = self.capabilities().bit_numbers();
        bits.filter_map(|bit| name_of(bit, vendors))
    }
}

impl Denied {
    /// `-EPERM`, the result of nearly all calls.
    pub const EPERM: Self = Self::with(Errno::EPERM.code() as i8);

    /// The lowest i32, for calls to which every other number is a valid answer.
    pub const LOWEST: Self = Self(i8::MIN);

    /// Makes the result with this number, over -128: an errno, or 0 for no address.
    ///
    /// # Panics
    ///
    /// At compile time, in a constant, if it is -128.
    pub const fn with(number: i8) -> Self {
        assert!(number > i8::MIN, "a number over -128");
        Self(number)
    }

    /// Returns the number that the app gets.
    pub const fn number(self) -> i32 {
        match self {
            Self::LOWEST => i32::MIN,
            Self(number) => number as i32,
        }
    }
}

impl NativeCall {
    /// Makes a row with defaults: imported from `env`, no parameters, an errno as its result, no capability, immediate,
    /// offered.
    pub const fn new(name: &'static str) -> Self {
        Self {
            module: ImportModule::ENV,
            name,
            params: &[],
            result: Ret::Status,
            needs: Needs::Nothing,
            mode: Mode::Immediate,
            support: Support::Offered,
            denied: Denied::EPERM,
            #[cfg(feature = "docs")]
            doc: "",
        }
    }

    /// Returns a hash (FNV-1a) of the import: its module, its name, and the types of its parameters and its result. It
    /// is a `const fn`, so that a list of calls can be checked at compile time.
    pub const fn import_hash(&self) -> u64 {
        let mut hash = hashed(FNV_OFFSET, self.module.name().as_bytes());
        hash = hashed(hash, &[0]);
        hash = hashed(hash, self.name.as_bytes());
        let mut index = 0;
        while index < self.params.len() {
            hash = hashed(hash, &[0, self.params[index].kind.wasm_type() as u8]);
            index += 1;
        }
        match self.wasm_result() {
            Some(result) => hashed(hash, &[1, result as u8]),
            None => hashed(hash, &[2]),
        }
    }

    /// Sets the import module.
    pub const fn in_module(mut self, module: ImportModule) -> Self {
        self.module = module;
        self
    }

    /// Sets the parameters.
    pub const fn takes(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }

    /// Sets the result.
    pub const fn returns(mut self, result: Ret) -> Self {
        self.result = result;
        self
    }

    /// Sets the required capability.
    pub const fn requires(mut self, capability: Capability) -> Self {
        self.needs = Needs::One(capability);
        self
    }

    /// Sets a vendor's capability as the required one.
    pub const fn requires_vendor(mut self, capability: VendorCapability) -> Self {
        self.needs = Needs::Vendor(capability.bit());
        self
    }

    /// Requires at least one of two capabilities.
    pub const fn requires_either(mut self, one: Capability, other: Capability) -> Self {
        self.needs = Needs::Either(one, other);
        self
    }

    /// Requires `set` if the parameter with index `param` has a bit of `mask`, otherwise `clear`.
    pub const fn requires_by_flag(
        mut self,
        param: u8,
        mask: i8,
        set: Capability,
        clear: Capability,
    ) -> Self {
        self.needs = Needs::Flag {
            param,
            mask,
            set,
            clear,
        };
        self
    }

    /// Marks the call as [`Mode::Suspending`].
    pub const fn suspending(mut self) -> Self {
        self.mode = Mode::Suspending;
        self
    }

    /// Marks the row as [`Support::Alternate`].
    pub const fn alternate(self) -> Self {
        self.with_support(Support::Alternate)
    }

    /// Marks the row as [`Support::Planned`].
    pub const fn planned(self) -> Self {
        self.with_support(Support::Planned)
    }

    /// Marks the row as [`Support::Refused`].
    pub const fn refused(self) -> Self {
        self.with_support(Support::Refused)
    }

    /// Sets the result for an app that lacks the capability.
    pub const fn denied_with(mut self, result: Denied) -> Self {
        self.denied = result;
        self
    }

    /// Sets the documentation: sentences, the first in the third person.
    #[cfg(feature = "docs")]
    pub const fn does(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// Drops the documentation, which then exists only in the source.
    #[cfg(not(feature = "docs"))]
    pub const fn does(self, _doc: &'static str) -> Self {
        self
    }

    const fn with_support(mut self, support: Support) -> Self {
        self.support = support;
        self
    }
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x100_0000_01b3;

const fn hashed(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(FNV_PRIME);
        index += 1;
    }
    hash
}
