use akira_abi::caps::{AbiVersion, AppName, CapabilitySet, Firmware, Policy, Quotas, Version};
use core::time::Duration;

/// How a device treats its apps. Zero in a quota means the default named there.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// What apps may have here, and what becomes of what they ask for.
    pub policy: Policy<'static>,
    /// What the device says that it is.
    pub firmware: Firmware,
    /// The most installed apps.
    pub installed_max: usize,
    /// The most apps that run at once.
    pub running_max: usize,
    /// The most bytes of an app's image.
    pub image_bytes_max: usize,
    /// The bytes of RAM for all running apps together.
    pub memory_bytes: u64,
    /// The bytes that an app gets at run time, beyond what its module declares, if it does not say.
    pub app_memory_bytes: u32,
    /// The bytes of the host's heap in an app's memory, if it does not say and calls for it.
    pub app_heap_bytes: u32,
    /// The bytes of the engine's stack of an app, if it does not ask for more.
    pub app_stack_bytes: u32,
    /// How deep an app's calls may nest.
    pub call_depth: u32,
    /// The most elements of a table.
    pub table_elements: u32,
    /// The most bytes of a function. Translating one cannot be interrupted, and takes some 100 to 700 instructions of the
    /// CPU for each: others wait for so long when it is called for the first time, and for all that are in one slice.
    pub function_bytes: u32,
    /// The bytes of an app's files, if it does not say. With `akira::install` all of it is promised to each app that may write
    /// files, so it is not more than the flash has for as many apps as there may be.
    pub app_storage_bytes: u32,
    /// The most handles of an app, if it does not say.
    pub app_handles: u16,
    /// The KiB an hour that an app may cost the flash, if it does not say.
    ///
    /// What is programmed counts and what is erased, so of that half is erasures at most. If all apps that run use all
    /// of it all the time, `running_max × app_flash_kb_per_hour / 2` KiB are erased in an hour; on records of that size
    /// each page is erased once an hour, and its 100,000 erasures last eleven years.
    pub app_flash_kb_per_hour: u16,
    /// How much fuel an app uses before others get their turn.
    pub slice_fuel: u64,
    /// How much fuel is a millisecond of this CPU.
    pub fuel_per_ms: u64,
    /// How long an app may compute between two waits, if it does not say.
    pub exec_timeout: Duration,
    /// How long after `app_switch` the other app starts.
    pub switch_delay: Duration,
    /// The shortest time between two starts of an app, unless the operator starts it, and the shortest pause before a
    /// restart, which doubles with each crash in a row; whatever the manifest says.
    pub restart_delay_min: Duration,
    /// The longest pause before a restart.
    pub restart_delay_max: Duration,
    /// After a run of this length an app's earlier crashes are forgotten.
    pub healthy_after: Duration,
    /// The app to return to when the one in the foreground ends.
    pub home: Option<AppName>,
}

impl Default for Config {
    /// A console with megabytes of RAM: 8 MiB for apps, 4 ms slices of a 10 M fuel/s CPU, 2 MiB of flash for records.
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
    /// Returns what suits a microcontroller with tens of KiB of RAM for apps: 4 of them, images of 8 KiB, 64 KiB for
    /// all that run, 2 ms slices of a 64 MHz CPU that interprets 3.5 M fuel/s, 64 KiB of flash for records.
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

    /// Sets what apps may have here, and what becomes of what they ask for.
    #[must_use]
    pub const fn with_policy(mut self, policy: Policy<'static>) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the bytes of RAM for all running apps together. Their images, where they are in RAM, come on top.
    #[must_use]
    pub const fn with_memory_bytes(mut self, bytes: u64) -> Self {
        self.memory_bytes = bytes;
        self
    }

    /// Sets the most installed apps and the most bytes of the image of each.
    #[must_use]
    pub const fn with_images(mut self, most: usize, bytes_max: usize) -> Self {
        self.installed_max = most;
        self.image_bytes_max = bytes_max;
        self
    }

    /// Sets how much fuel is a millisecond of this CPU, and how many milliseconds an app computes before others get
    /// their turn.
    #[must_use]
    pub const fn with_speed(mut self, fuel_per_ms: u64, slice_ms: u64) -> Self {
        self.fuel_per_ms = fuel_per_ms;
        self.slice_fuel = fuel_per_ms.saturating_mul(slice_ms);
        self
    }

    /// Sets the app to return to when the one in the foreground ends.
    #[must_use]
    pub const fn with_home(mut self, home: AppName) -> Self {
        self.home = Some(home);
        self
    }

    /// Returns the quotas of an app with each default filled in, which these limits hold for too. The heap and
    /// the stack are left, whose defaults are no whole KiB, unless the heap's is beyond its limit.
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

    /// Returns the bytes of the host's heap of an app with these quotas.
    pub(crate) fn heap_bytes(&self, quotas: &Quotas) -> u32 {
        let asked = or(kib(quotas.heap_kb), self.app_heap_bytes);
        let limit = or(kib(self.policy.limits.heap_kb), u32::MAX);
        asked.min(limit).min(quotas.memory)
    }

    /// Returns the bytes of the engine's stack of an app with these quotas: what it asks for, but not less than the
    /// default, for how much is enough depends on the engine.
    pub(crate) fn stack_bytes(&self, quotas: &Quotas) -> u32 {
        let asked = kib(quotas.stack_kb).max(self.app_stack_bytes);
        asked.min(or(kib(self.policy.limits.stack_kb), u32::MAX))
    }
}

/// Returns what was asked for, or the default for 0.
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
