use akira_caps::{Capability, CapabilitySet, VendorCapability, name_of};

use crate::{Errno, ImportModule, Param};

/// One native call: a function of the host that apps may import. The description of a call is a row
/// of a table.
///
/// The runtime's linker and its capability check, the guest bindings, the C header, the reference,
/// the fuzz cases and the conformance app are all derived from these rows. A row is a `static`, so
/// its address identifies the call. Firmware contains all rows, so a row is compact: it stores
/// small numbers instead of texts and sets.
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
    /// Module that apps import the call from, usually `env`.
    pub module: ImportModule,
    /// Name under which apps import the call.
    pub name: &'static str,
    /// Parameters of the call, in the order of the wasm function.
    pub params: &'static [Param],
    /// Kind of result of the call.
    pub result: Ret,
    /// Capabilities that the app must hold for the call.
    pub needs: Needs,
    /// Whether the call can make the app wait.
    pub mode: Mode,
    /// Whether boards offer the call.
    pub support: Support,
    /// Result of the call for an app that lacks the capability.
    pub denied: Denied,
    /// Documentation of the call: effect, units, ranges, errors. It exists only with the feature
    /// `docs`, since no device needs the texts.
    #[cfg(feature = "docs")]
    pub doc: &'static str,
}

/// Kind of result of a native call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ret {
    /// The call has no result.
    Void,
    /// An i32: 0 or a positive result for success, or a negative errno.
    Status,
    /// An i32 with a meaning that the call defines; it can have any sign.
    Value,
    /// An i32: 1 for yes, 0 for no. Devices without the native module return 0, since apps would
    /// treat an errno as yes.
    Flag,
    /// An i32: an address in linear memory, or 0 for none.
    Address,
    /// An i32: the address of memory that the host has allocated for the app in its linear memory,
    /// or 0 for none.
    Allocation,
    /// An i64 with a meaning that the call defines.
    I64,
}

/// Capabilities that an app must hold for a native call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Needs {
    /// The call needs no capability.
    Nothing,
    /// The call needs this capability.
    One(Capability),
    /// The call needs the capability with this bit number, which a vendor has registered.
    Vendor(u8),
    /// The call needs at least one of these two capabilities.
    Either(Capability, Capability),
    /// The call needs a capability that an argument selects.
    Flag {
        /// Index of the parameter, counted from 0.
        param: u8,
        /// Mask of the parameter's bits: the lowest seven bits, or all 32 bits if it is -1.
        mask: i8,
        /// Capability that is needed if the argument has any bit of the mask.
        set: Capability,
        /// Capability that is needed if the argument has no bit of the mask.
        clear: Capability,
    },
}

/// Result of a native call for an app that lacks the capability: a small number, such as an errno,
/// or the lowest i32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied(i8);

/// Whether a native call can make the app wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The call returns at once and never waits.
    Immediate,
    /// The call may wait. The app is paused in that case, and other apps run.
    Suspending,
}

/// Whether boards offer a native call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// Boards offer the call if they have its native module.
    Offered,
    /// The row describes another signature of the same name, as older SDKs declared it.
    Alternate,
    /// No bridge of Akira implements the call yet. It returns `-ENOSYS`, unless a board has its own
    /// handler for it.
    Planned,
    /// Akira never offers the call, because it serves attacks. It returns `-ENOTSUP`.
    Refused,
}

impl Needs {
    /// Returns every capability that the call can need. Which of them a single call needs depends on
    /// its arguments.
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
    /// Returns the names of all capabilities that the call can need. `vendors`
    /// provides the names of vendors' capabilities.
    pub fn names(self, vendors: &[VendorCapability]) -> impl Iterator<Item = &'static str> {
        let bits = self.capabilities().bit_numbers();
        bits.filter_map(|bit| name_of(bit, vendors))
    }
}

impl Denied {
    /// `-EPERM`, the result of nearly all calls in this case.
    pub const EPERM: Self = Self::with(Errno::EPERM.code() as i8);

    /// The lowest i32, for calls for which every other number is a valid result.
    pub const LOWEST: Self = Self(i8::MIN);

    /// Creates the result with this number, which is greater than -128: a negative errno, or 0 for
    /// no address.
    ///
    /// # Panics
    ///
    /// In a constant, at compile time, if `number` is -128.
    pub const fn with(number: i8) -> Self {
        assert!(number > i8::MIN, "a number over -128");
        Self(number)
    }

    /// Returns the number that the call returns to the app.
    pub const fn number(self) -> i32 {
        match self {
            Self::LOWEST => i32::MIN,
            Self(number) => number as i32,
        }
    }
}

impl NativeCall {
    /// Creates a row with defaults: imported from `env`, no parameters, result 0 or an errno, no
    /// capability, never waits, offered.
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

    /// Returns a hash (FNV-1a) of the import: its module, its name, and the types of its parameters
    /// and its result. It is a `const fn`, so that a list of calls can be checked for duplicates at
    /// compile time.
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

    /// Sets the module that apps import the call from.
    pub const fn in_module(mut self, module: ImportModule) -> Self {
        self.module = module;
        self
    }

    /// Sets the parameters, in the order of the wasm function.
    pub const fn takes(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }

    /// Sets the kind of result.
    pub const fn returns(mut self, result: Ret) -> Self {
        self.result = result;
        self
    }

    /// Sets the capability that the app must hold.
    pub const fn requires(mut self, capability: Capability) -> Self {
        self.needs = Needs::One(capability);
        self
    }

    /// Sets a vendor's capability as the one that the app must hold.
    pub const fn requires_vendor(mut self, capability: VendorCapability) -> Self {
        self.needs = Needs::Vendor(capability.bit());
        self
    }

    /// Requires that the app holds at least one of two capabilities.
    pub const fn requires_either(mut self, one: Capability, other: Capability) -> Self {
        self.needs = Needs::Either(one, other);
        self
    }

    /// Requires the capability `set` if the argument with index `param` has any bit of `mask`,
    /// otherwise the capability `clear`.
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

    /// Marks the call as one that may wait ([`Mode::Suspending`]).
    pub const fn suspending(mut self) -> Self {
        self.mode = Mode::Suspending;
        self
    }

    /// Marks the row as an older signature of a name ([`Support::Alternate`]).
    pub const fn alternate(self) -> Self {
        self.with_support(Support::Alternate)
    }

    /// Marks the call as not implemented yet ([`Support::Planned`]).
    pub const fn planned(self) -> Self {
        self.with_support(Support::Planned)
    }

    /// Marks the call as one that Akira never offers ([`Support::Refused`]).
    pub const fn refused(self) -> Self {
        self.with_support(Support::Refused)
    }

    /// Sets the result for an app that lacks the capability.
    pub const fn denied_with(mut self, result: Denied) -> Self {
        self.denied = result;
        self
    }

    /// Sets the documentation: sentences, the first of them in the third person.
    #[cfg(feature = "docs")]
    pub const fn does(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// Discards the documentation: without the feature `docs`, it exists only in the source.
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
