use akira_abi::caps::{AbiVersion, AppName, CapabilitySet, Firmware, Policy, Quotas, Version};
use core::time::Duration;

/// Limits and policies that a device applies to its apps. A zero in a quota of a manifest selects the default given
/// here.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Policy that decides on the capabilities and quotas that apps ask for.
    pub policy: Policy<'static>,
    /// Firmware identity that the device reports.
    pub firmware: Firmware,
    /// Maximum number of installed apps.
    pub installed_max: usize,
    /// Maximum number of apps that run at once.
    pub running_max: usize,
    /// Maximum size of an app's image, in bytes.
    pub image_bytes_max: usize,
    /// RAM for all running apps together, in bytes.
    pub memory_bytes: u64,
    /// Bytes that an app gets at run time beyond the memory that its module declares; used when the manifest does not
    /// set it.
    pub app_memory_bytes: u32,
    /// Bytes of the host's heap in an app's memory, for apps that use it; used when the manifest does not set it.
    pub app_heap_bytes: u32,
    /// Minimum size of the engine's stack of an app, in bytes. The manifest may ask for more, and the policy's limit
    /// applies to both.
    pub app_stack_bytes: u32,
    /// Maximum depth of nested calls in an app.
    pub call_depth: u32,
    /// Maximum number of elements of a table.
    pub table_elements: u32,
    /// Maximum size of a function, in bytes. Translating a function cannot be interrupted, and takes some 100 to 700
    /// instructions of the CPU for each byte. Other apps wait for that time when the function is called for the first
    /// time, and for the sum of all functions that are first called in one slice.
    pub function_bytes: u32,
    /// Bytes for an app's files; used when the manifest does not set it. `akira::install` reserves all of it for each
    /// app that may write files, so it must be at most the flash for files divided by the maximum number of such apps.
    pub app_storage_bytes: u32,
    /// Maximum number of handles of an app; used when the manifest does not set it.
    pub app_handles: u16,
    /// Flash wear that an app may cause, in KiB an hour; used when the manifest does not set it.
    ///
    /// Both programmed and erased bytes count, so at most half of the budget is erasures. If all running apps use their
    /// whole budget all the time, `running_max × app_flash_kb_per_hour / 2` KiB are erased in an hour. If the area for
    /// records has that size, each page is erased once an hour, and its 100,000 erasures last eleven years.
    pub app_flash_kb_per_hour: u16,
    /// Fuel that an app may use before other apps get their turn.
    pub slice_fuel: u64,
    /// Fuel that this CPU executes in a millisecond.
    pub fuel_per_ms: u64,
    /// Maximum time that an app may compute between two waits; used when the manifest does not set it.
    pub exec_timeout: Duration,
    /// Delay between `app_switch` and the start of the other app.
    pub switch_delay: Duration,
    /// Minimum time between two starts of an app, except those by the operator, and minimum pause before a restart,
    /// which doubles with each crash in a row. It overrides a shorter pause in the manifest.
    pub restart_delay_min: Duration,
    /// Maximum pause before a restart.
    pub restart_delay_max: Duration,
    /// Length of a run after which an app's earlier crashes no longer count.
    pub healthy_after: Duration,
    /// App that comes to the foreground when the foreground app ends.
    pub home: Option<AppName>,
}

impl Default for Config {
    /// Returns a configuration for a console with megabytes of RAM: 8 MiB for apps, 4 ms slices of a 10 M fuel/s CPU, 2
    /// MiB of flash for records.
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
    /// Returns a configuration for a microcontroller with tens of KiB of RAM for apps: 4 apps, images of 8 KiB, 64 KiB
    /// for all running apps, 2 ms slices of a 64 MHz CPU that interprets 3.5 M fuel/s, 64 KiB of flash for records.
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

    /// Sets the policy that decides on the capabilities and quotas that apps ask for.
    #[must_use]
    pub const fn with_policy(mut self, policy: Policy<'static>) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the RAM for all running apps together, in bytes. It does not include their images, where these are in RAM.
    #[must_use]
    pub const fn with_memory_bytes(mut self, bytes: u64) -> Self {
        self.memory_bytes = bytes;
        self
    }

    /// Sets the maximum number of installed apps, and the maximum size of the image of each in bytes.
    #[must_use]
    pub const fn with_images(mut self, most: usize, bytes_max: usize) -> Self {
        self.installed_max = most;
        self.image_bytes_max = bytes_max;
        self
    }

    /// Sets the fuel that this CPU executes in a millisecond, and the milliseconds that an app computes before other
    /// apps get their turn.
    #[must_use]
    pub const fn with_speed(mut self, fuel_per_ms: u64, slice_ms: u64) -> Self {
        self.fuel_per_ms = fuel_per_ms;
        self.slice_fuel = fuel_per_ms.saturating_mul(slice_ms);
        self
    }

    /// Sets the app that comes to the foreground when the foreground app ends.
    #[must_use]
    pub const fn with_home(mut self, home: AppName) -> Self {
        self.home = Some(home);
        self
    }

    /// Returns the quotas of an app with the defaults filled in and clamped to `limits`. Heap and stack stay unset,
    /// since their defaults need not be whole KiB; the heap is set if its default exceeds its limit.
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

    /// Returns the size of the host's heap of an app with these quotas, in bytes.
    pub(crate) fn heap_bytes(&self, quotas: &Quotas) -> u32 {
        let asked = or(kib(quotas.heap_kb), self.app_heap_bytes);
        let limit = or(kib(self.policy.limits.heap_kb), u32::MAX);
        asked.min(limit).min(quotas.memory)
    }

    /// Returns the size of the engine's stack of an app with these quotas, in bytes: the requested size, but at least
    /// the default, since a sufficient size depends on the engine.
    pub(crate) fn stack_bytes(&self, quotas: &Quotas) -> u32 {
        let asked = kib(quotas.stack_kb).max(self.app_stack_bytes);
        asked.min(or(kib(self.policy.limits.stack_kb), u32::MAX))
    }
}

/// Returns `asked`, or the default for 0.
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
