use akira_abi::caps::{AbiVersion, AppName, CapabilitySet, Firmware, Policy, Quotas, Version};
use core::time::Duration;

/// Limits and policies that a device applies to its apps. The fields that start with `app_`, and
/// `exec_timeout`, are defaults: they apply to an app whose manifest omits the quota or sets it to
/// zero.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Policy that decides which of the requested capabilities and quotas an app gets.
    pub policy: Policy<'static>,
    /// Firmware version and ABI version that apps are checked against.
    pub firmware: Firmware,
    /// Maximum number of installed apps.
    pub installed_max: usize,
    /// Maximum number of apps that run at once.
    pub running_max: usize,
    /// Maximum size of an app's image, in bytes.
    pub image_bytes_max: usize,
    /// RAM for all running apps together, in bytes.
    pub memory_bytes: u64,
    /// Default for the bytes of linear memory that an app gets at run time beyond the memory that
    /// its module declares.
    pub app_memory_bytes: u32,
    /// Default for the size of the host's heap in an app's linear memory, in bytes. Only apps that
    /// import an allocation call, such as `mem_alloc` or `malloc`, have this heap.
    pub app_heap_bytes: u32,
    /// Minimum size of the engine's value stack for an app, in bytes. The manifest may request a
    /// larger stack; the policy's limit caps both.
    pub app_stack_bytes: u32,
    /// Maximum nesting depth of calls in an app.
    pub call_depth: u32,
    /// Maximum number of elements of a WebAssembly table.
    pub table_elements: u32,
    /// Maximum size of a function in an app's module, in bytes. Translating a function cannot be
    /// interrupted, and takes some 100 to 700 CPU instructions for each byte. Other apps wait while
    /// a function is translated at its first call, and for all functions that are first called in
    /// one slice.
    pub function_bytes: u32,
    /// Default for the storage quota of an app's files, in bytes. `akira::install` reserves the
    /// whole quota for each app that may write files, so the quota must be at most the flash for
    /// files divided by the maximum number of such apps.
    pub app_storage_bytes: u32,
    /// Default for the maximum number of open handles of an app.
    pub app_handles: u16,
    /// Default for the flash wear that an app may cause, in KiB per hour.
    ///
    /// Both programmed and erased bytes count, so at most half of the budget is erasures. If all
    /// running apps always use their whole budget, `running_max × app_flash_kb_per_hour / 2` KiB
    /// are erased per hour. If the flash area for records has that size, each page is erased once
    /// per hour, and its 100,000 erasures last eleven years.
    pub app_flash_kb_per_hour: u16,
    /// Fuel in one slice: when an app has used it, other apps get their turn.
    pub slice_fuel: u64,
    /// Fuel that the engine consumes per millisecond on this CPU; it converts between fuel and
    /// time.
    pub fuel_per_ms: u64,
    /// Default for the maximum time that an app may compute between two waits. An app that exceeds
    /// it is ended with [`Trap::OutOfCpu`](crate::Trap::OutOfCpu).
    pub exec_timeout: Duration,
    /// Delay between the native call `app_switch` and the switch, in which the calling app can end.
    pub switch_delay: Duration,
    /// Minimum time between two starts of an app, except starts by the operator, and minimum delay
    /// before a restart after a crash. It overrides a shorter delay in the manifest. The delay
    /// doubles with each consecutive crash.
    pub restart_delay_min: Duration,
    /// Maximum delay before a restart.
    pub restart_delay_max: Duration,
    /// Duration of a run after which the app's earlier crashes no longer count.
    pub healthy_after: Duration,
    /// App that comes to the foreground when the foreground app ends; `None` leaves the foreground
    /// empty.
    pub home: Option<AppName>,
}

impl Default for Config {
    /// Returns a configuration for a device with megabytes of RAM: 8 MiB for apps, 4 ms slices on a
    /// CPU that interprets 10 M fuel/s, 2 MiB of flash for records.
    fn default() -> Self {
        let everything = CapabilitySet::from_bits(u64::MAX);
        let policy = Policy::new(everything, everything);
        Self {
            policy,
            firmware: Firmware {
                abi: AbiVersion::V1_0,
                version: Version {
                    major: 1,
                    minor: 6,
                    patch: 0,
                },
            },
            installed_max: 32,
            running_max: 8,
            image_bytes_max: 4 << 20,
            memory_bytes: 8 << 20,
            app_memory_bytes: 512 << 10,
            app_heap_bytes: 64 << 10,
            app_stack_bytes: 64 << 10,
            call_depth: 1_000,
            table_elements: 10_000,
            function_bytes: 64 << 10,
            app_storage_bytes: 64 << 10,
            app_handles: 32,
            app_flash_kb_per_hour: 512,
            slice_fuel: 40_000,
            fuel_per_ms: 10_000,
            exec_timeout: Duration::from_secs(5),
            switch_delay: Duration::from_millis(200),
            restart_delay_min: Duration::from_millis(100),
            restart_delay_max: Duration::from_secs(60),
            healthy_after: Duration::from_secs(60),
            home: None,
        }
    }
}

impl Config {
    /// Returns a configuration for a microcontroller with tens of KiB of RAM for apps: 4 apps,
    /// images of 8 KiB, 64 KiB for all running apps, 2 ms slices on a 64 MHz CPU that interprets
    /// 3.5 M fuel/s, 64 KiB of flash for records.
    pub fn small() -> Self {
        Self {
            installed_max: 4,
            running_max: 4,
            image_bytes_max: 8 << 10,
            memory_bytes: 64 << 10,
            app_memory_bytes: 8 << 10,
            app_heap_bytes: 4 << 10,
            app_stack_bytes: 4 << 10,
            call_depth: 128,
            table_elements: 256,
            function_bytes: 16 << 10,
            app_storage_bytes: 4 << 10,
            app_handles: 16,
            app_flash_kb_per_hour: 32,
            slice_fuel: 7_000,
            fuel_per_ms: 3_500,
            ..Self::default()
        }
    }

    /// Sets the policy that decides which of the requested capabilities and quotas an app gets.
    #[must_use]
    pub const fn with_policy(mut self, policy: Policy<'static>) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the RAM for all running apps together, in bytes. Images that are stored in RAM are not
    /// part of it.
    #[must_use]
    pub const fn with_memory_bytes(mut self, bytes: u64) -> Self {
        self.memory_bytes = bytes;
        self
    }

    /// Sets the maximum number of installed apps, and the maximum size of each app's image in
    /// bytes.
    #[must_use]
    pub const fn with_images(mut self, most: usize, bytes_max: usize) -> Self {
        self.installed_max = most;
        self.image_bytes_max = bytes_max;
        self
    }

    /// Sets the fuel that the engine consumes per millisecond on this CPU, and the length of a
    /// slice in milliseconds: the time that an app computes before other apps get their turn.
    #[must_use]
    pub const fn with_speed(mut self, fuel_per_ms: u64, slice_ms: u64) -> Self {
        self.fuel_per_ms = fuel_per_ms;
        self.slice_fuel = fuel_per_ms.saturating_mul(slice_ms);
        self
    }

    /// Sets the home app, which comes to the foreground when the foreground app ends.
    #[must_use]
    pub const fn with_home(mut self, home: AppName) -> Self {
        self.home = Some(home);
        self
    }

    /// Returns the quotas of an app with the defaults filled in and clamped to `limits`. Heap and
    /// stack stay unset, since their defaults need not be whole KiB; the heap is set if its default
    /// exceeds its limit.
    pub(crate) fn filled(&self, asked: Quotas, limits: &Quotas) -> Quotas {
        let filled = asked
            .with_memory(or(asked.memory, self.app_memory_bytes))
            .with_storage(or(asked.storage, self.app_storage_bytes))
            .with_cpu_share(or(asked.cpu_share, 100).min(100))
            .with_exec_timeout_ms(or(asked.exec_timeout_ms, millis(self.exec_timeout)))
            .with_handles(or(asked.handles, self.app_handles))
            .with_queue(or(asked.queue, u16::MAX))
            .with_heap_kb(match asked.heap_kb {
                0 if kib(limits.heap_kb) < self.app_heap_bytes => limits.heap_kb,
                asked => asked,
            })
            .with_flash_kb_per_hour(or(asked.flash_kb_per_hour, self.app_flash_kb_per_hour));
        filled.clamp_to(limits)
    }

    /// Returns the size of the host's heap for an app with these quotas, in bytes.
    pub(crate) fn heap_bytes(&self, quotas: &Quotas) -> u32 {
        let asked = or(kib(quotas.heap_kb), self.app_heap_bytes);
        let limit = or(kib(self.policy.limits.heap_kb), u32::MAX);
        asked.min(limit).min(quotas.memory)
    }

    /// Returns the size of the engine's stack for an app with these quotas, in bytes: the requested
    /// size, but at least the default, since the engine determines which size suffices.
    pub(crate) fn stack_bytes(&self, quotas: &Quotas) -> u32 {
        let asked = kib(quotas.stack_kb).max(self.app_stack_bytes);
        asked.min(or(kib(self.policy.limits.stack_kb), u32::MAX))
    }
}

/// Returns `asked`, or `default` if `asked` is 0.
fn or<T: Default + PartialEq>(asked: T, default: T) -> T {
    if asked == T::default() {
        default
    } else {
        asked
    }
}

fn kib(kib: u16) -> u32 {
    u32::from(kib) << 10
}

pub(crate) fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}
