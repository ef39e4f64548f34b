use akira_caps::{Capability, CapabilitySet, VendorCapability, name_of};

use crate::{Errno, ImportModule, Param};

/// One native call: a function that apps may import.
///
/// Plain data. The runtime's linking and its capability check, the guest bindings, the C header, the reference, the
/// fuzz cases and the conformance app are all loops over these. A row is a `static`, so its address identifies it, and
/// reads as a sentence: what it takes, requires and does. Firmware carries all rows, so a row is narrow: small numbers
/// instead of texts and sets.
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
    /// The import module, mostly `env`.
    pub module: ImportModule,
    /// The import name.
    pub name: &'static str,
    /// The parameters in wasm order.
    pub params: &'static [Param],
    /// What the call returns.
    pub result: Ret,
    /// Which capability the app must hold.
    pub needs: Needs,
    /// Whether the call may wait.
    pub mode: Mode,
    /// Whether it is offered at all.
    pub support: Support,
    /// What an app gets that lacks the capability.
    pub denied: Denied,
    /// What the call does: units, ranges, errors. Only with the feature `docs`: no device needs the texts.
    #[cfg(feature = "docs")]
    pub doc: &'static str,
}

/// What a native call returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ret {
    /// Nothing.
    Void,
    /// An i32: 0 or a positive result, or a negative errno.
    Status,
    /// An i32 with a meaning of its own, of any sign.
    Value,
    /// 1 for yes, 0 for no. Devices without the module answer 0, since apps take an errno for a yes.
    Flag,
    /// An i32 address in linear memory, 0 for none.
    Address,
    /// The same, of memory that the host has allocated there for the app.
    Allocation,
    /// An i64.
    I64,
}

/// Which capability a native call needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Needs {
    /// None.
    Nothing,
    /// This one.
    One(Capability),
    /// The one of this bit, which a vendor has registered.
    Vendor(u8),
    /// At least one of these two.
    Either(Capability, Capability),
    /// Chosen by an argument: `set` if the parameter with this index has a bit of `mask`, else `clear`.
    Flag {
        /// The index of the parameter.
        param: u8,
        /// The bits that choose: of the lowest seven, or all 32 if it is -1.
        mask: i8,
        /// Needed if one of them is set.
        set: Capability,
        /// Needed if none is.
        clear: Capability,
    },
}

/// What an app gets that lacks the capability: a small number, as an errno is, or the least i32.
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
    /// Yes, by boards that have its native module.
    Offered,
    /// Another type under the same name, as older SDKs declared it.
    Alternate,
    /// Not yet: no bridge of ours has it, so it is `-ENOSYS` unless a board brings a handler of its own.
    Planned,
    /// Never, because it serves attacks: `-ENOTSUP`.
    Refused,
}

impl Needs {
    /// Returns all of which one may be needed, whatever the arguments.
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
    /// Returns the names of all of which one may be needed, whatever the arguments; a vendor's as it is registered in `vendors`.
    pub fn names(self, vendors: &[VendorCapability]) -> impl Iterator<Item = &'static str> {
        let bits = self.capabilities().bit_numbers();
        bits.filter_map(|bit| name_of(bit, vendors))
    }
}

impl Denied {
    /// `-EPERM`, of nearly all calls.
    pub const EPERM: Self = Self::with(Errno::EPERM.code() as i8);

    /// The least i32, where every other number is an answer.
    pub const LOWEST: Self = Self(i8::MIN);

    /// This number, over -128: an errno, or 0 for no address.
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
    /// Begins a row: imported from `env`, no parameters, an errno as its result, no capability, immediate, offered.
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

    /// Returns a hash (FNV-1a) of what an import says of the call: its module, its name, and the types of its parameters and
    /// its result. Constant, so that a list of calls can be checked as it is compiled.
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

    /// Asks for one capability.
    pub const fn requires(mut self, capability: Capability) -> Self {
        self.needs = Needs::One(capability);
        self
    }

    /// Asks for a capability of a vendor's.
    pub const fn requires_vendor(mut self, capability: VendorCapability) -> Self {
        self.needs = Needs::Vendor(capability.bit());
        self
    }

    /// Asks for at least one of two capabilities.
    pub const fn requires_either(mut self, one: Capability, other: Capability) -> Self {
        self.needs = Needs::Either(one, other);
        self
    }

    /// Asks for `set` if the parameter with index `param` has a bit of `mask`, else for `clear`.
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

    /// Lets the call wait.
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

    /// Sets what an app gets that lacks the capability.
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

    /// Leaves the documentation where it is, in the source.
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
