use crate::config::Config;
use crate::engine::Limits;
use crate::module::{Module, ModuleError, calls};
use crate::run::{CpuBudget, fuel_for};
use akira_abi::caps::{Grant, Manifest};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

/// Parameters for the runs of an app.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) limits: Limits,
    pub(crate) heap_bytes: u32,
    pub(crate) exports: Vec<String>,
    pub(crate) cpu: CpuBudget,
}

impl Plan {
    /// Plans the runs of an app with these quotas, none of which may be unset. `allocates` tells
    /// whether the app imports a call that allocates in its memory.
    pub(super) fn new(
        module: &Module<'_>,
        manifest: &Manifest<'_>,
        (grant, allocates): (&Grant, bool),
        config: &Config,
    ) -> Result<Self, ModuleError> {
        let quotas = &grant.quotas;
        let heap = match allocates {
            true => config.heap_bytes(quotas),
            false => 0,
        };
        let memory = module.memory()?;
        let page_bytes = memory.map_or(1 << 16, |memory| memory.page_bytes());
        let declared = memory.map_or(0, |memory| memory.minimum_bytes());
        let most = memory.map_or(0, |memory| memory.maximum_bytes());
        let guest = most.min(declared.saturating_add(u64::from(quotas.memory - heap)));
        // A memory grows by whole pages, so no partial page is reserved.
        let guest = guest - guest % page_bytes;
        let heap_pages = u64::from(heap).div_ceil(page_bytes);
        let limits = Limits::new(guest)
            .with_heap(heap_pages * page_bytes)
            .with_page_bytes(page_bytes)
            .with_table_elements(config.table_elements)
            .with_stack(config.stack_bytes(quotas), config.call_depth);
        let cpu = CpuBudget {
            slice: config.slice_fuel.max(1),
            between_waits: fuel_for(
                Duration::from_millis(u64::from(quotas.exec_timeout_ms)),
                config.fuel_per_ms,
            ),
            fuel_per_ms: config.fuel_per_ms,
            share: quotas.cpu_share,
        };
        Ok(Self {
            limits,
            heap_bytes: heap,
            exports: calls(module, manifest.entry.as_ref().map(|entry| entry.as_str()))?,
            cpu,
        })
    }
}
