//! Runs independent work in parallel, on as many threads as the machine has cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Result;

/// Calls `work` for each item in order, on as many threads as there are cores. After a failure no
/// further item is started. The failure is returned when the running items have ended.
pub(crate) fn each<T: Sync>(items: &[T], work: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let lane = || -> Result<()> {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            // `fetch_add` only increases the index further, so no item follows.
            work(item).inspect_err(|_| next.store(items.len(), Ordering::Relaxed))?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..cores).map(|_| scope.spawn(lane)).collect();
        let ends = lanes.into_iter().map(|lane| lane.join());
        let ends: Vec<_> = ends.collect();
        ends.into_iter()
            .try_for_each(|end| end.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use anyhow::bail;

    use super::*;

    #[test]
    fn each_item_is_done_once() -> Result<()> {
        let done = Mutex::new(Vec::new());
        let items: Vec<u32> = (0..100).collect();
        each(&items, |item| {
            done.lock().expect("no other panics").push(*item);
            Ok(())
        })?;
        let mut done = done.into_inner()?;
        done.sort_unstable();
        assert_eq!(done, items);
        Ok(())
    }

    #[test]
    fn a_failure_is_returned_and_begins_nothing_more() {
        let begun = AtomicUsize::new(0);
        let failed = each(&[(); 1000], |()| {
            begun.fetch_add(1, Ordering::Relaxed);
            bail!("it fails")
        });
        assert_eq!(failed.expect_err("one failed").to_string(), "it fails");
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        assert!(begun.into_inner() <= cores);
    }
}
