//! A full flash, and what a call costs at most.

use akira_store::{Error, Store};
use embassy_futures::block_on;

use akira_store_testing::Flash;
use akira_store_testing::{RECORD_PAGES, formatted, layout, mount};

/// Sets `s0`, `s1` … to 200 bytes until there is no room, and returns how many.
fn fill<const N: usize, const P: usize, const W: usize, const R: usize>(
    flash: &mut Flash<P, W, R>,
) -> usize {
    let layout = layout(flash);
    let mut store: Store<_, N> = block_on(Store::mount(flash, layout)).expect("it mounts");
    let mut set = |n: usize| block_on(store.set_setting(&format!("s{n}"), &[n as u8; 200]));
    let count = (0..N).take_while(|&n| set(n).is_ok()).count();
    assert!(matches!(set(count), Err(Error::Full { needed, free }) if needed > free));
    count
}

fn stays_usable<const N: usize, const P: usize, const W: usize, const R: usize>() {
    let mut flash = formatted::<P, W, R>();
    let count = fill::<N, _, _, _>(&mut flash);
    let usable = count * 200;
    println!(
        "{P}/{W}: {count} settings of 200 bytes, {}%",
        usable * 100 / (RECORD_PAGES * P)
    );
    let layout = layout(&flash);
    let mut store: Store<_, N> = block_on(Store::mount(&mut flash, layout)).expect("it mounts");
    block_on(async {
        for turn in 0..20 {
            for n in 0..count {
                store.set_setting(&format!("s{n}"), &[turn; 200]).await?;
            }
        }
        assert!(store.set_setting("more", &[0; 200]).await.is_err());
        assert!(store.remove_setting("s0").await?);
        store.set_setting("more", &[0; 200]).await?;
        let mut value = [0; 200];
        for n in 1..count {
            assert_eq!(
                store.setting(&format!("s{n}"), &mut value).await?,
                Some(200)
            );
            assert_eq!(value, [19; 200]);
        }
        Ok::<(), Error>(())
    })
    .expect("what is there can be replaced and removed");
}

#[test]
fn a_full_flash_stays_usable() {
    stays_usable::<200, 4096, 1, 1>();
    stays_usable::<200, 4096, 4, 4>();
    stays_usable::<200, 2048, 8, 1>();
    stays_usable::<2000, 65536, 16, 16>();
}

#[test]
fn what_is_refused_writes_nothing() {
    let mut flash: Flash<2048, 8, 1> = formatted();
    fill::<200, _, _, _>(&mut flash);
    let before = flash.operations;
    let set = block_on(mount(&mut flash).set_setting("more", &[0; 200]));
    assert!(matches!(set, Err(Error::Full { .. })));
    assert_eq!(flash.operations, before);
}

#[test]
fn more_records_than_the_index_holds_are_refused() {
    let mut flash: Flash<4096, 4, 4> = formatted();
    let layout = layout(&flash);
    let mut store: Store<_, 3> = block_on(Store::mount(&mut flash, layout)).expect("it mounts");
    let mut set = |key| block_on(store.set_setting(key, b"x"));
    assert_eq!((set("a"), set("b"), set("c")), (Ok(()), Ok(()), Ok(())));
    assert_eq!(set("d"), Err(Error::TooManyRecords));
    assert_eq!(set("a"), Ok(()));
}
