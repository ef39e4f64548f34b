//! Installing, updating, resuming, and what an image must be.

use akira_store::{Area, Details, Error, ImageWriter, Layout, NewImage, PROGRESS_BYTES, Store};
use akira_store_testing::{
    Borrowed, Choices, Flash, IMAGE_PAGES, Op, Random, Shown, Version, formatted, mount, name,
};
use embassy_futures::block_on;

type Esp = Flash<4096, 4, 4>;

fn flash() -> Esp {
    formatted()
}

fn new_image(app: &str, bytes: &[u8]) -> NewImage {
    NewImage {
        name: name(app),
        size: bytes.len() as u32,
        sha256: None,
    }
}

fn image(length: usize) -> Vec<u8> {
    Random::new(length as u64).bytes(length)
}

#[test]
fn an_image_lies_in_one_piece_from_a_page_on() {
    let mut flash = flash();
    let bytes = image(9001);
    Op::Install("snake", Version::new(1, bytes.clone()))
        .apply(&mut mount(&mut flash))
        .expect("there is room");
    let app = block_on(mount(&mut flash).app(&name("snake"))).expect("it reads");
    let start = app.and_then(|app| app.current).expect("it is there").start as usize;
    assert_eq!(start % 4096, 0);
    assert_eq!(flash.bytes()[start..start + bytes.len()], bytes);
}

#[test]
fn any_sizes_of_pieces_make_the_same_image() {
    let bytes = image(10_000);
    for size in [1, 3, 4, 5, 255, 4095, 4096, 4097, 10_000] {
        let mut flash = flash();
        let mut store = mount(&mut flash);
        block_on(async {
            let mut writer = store.begin(&new_image("snake", &bytes)).await?;
            for piece in bytes.chunks(size) {
                store.write(&mut writer, piece).await?;
            }
            store.commit(writer, &Details::default()).await
        })
        .expect("it installs");
        assert_eq!(Shown::of(&mut store).apps["snake"].current.1, bytes);
    }
}

#[test]
fn an_image_that_is_not_what_was_announced_leaves_nothing() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    let bytes = image(5000);
    let wrong = NewImage {
        sha256: Some([7; 32]),
        ..new_image("snake", &bytes)
    };
    for (new, bytes) in [
        (wrong, &bytes[..]),
        (new_image("snake", &bytes), &bytes[1..]),
    ] {
        let result = block_on(async {
            let mut writer = store.begin(&new).await?;
            store.write(&mut writer, bytes).await?;
            store.commit(writer, &Details::default()).await
        });
        assert_eq!(result, Err(Error::Mismatch));
        assert_eq!(block_on(store.app(&name("snake"))), Ok(None));
    }
}

#[test]
fn more_bytes_than_announced_are_refused() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    let bytes = image(100);
    block_on(async {
        let mut writer = store.begin(&new_image("snake", &bytes)).await?;
        assert_eq!(
            store.write(&mut writer, &image(101)).await,
            Err(Error::Invalid)
        );
        store.write(&mut writer, &bytes).await?;
        assert_eq!(store.write(&mut writer, b"x").await, Err(Error::Invalid));
        store.commit(writer, &Details::default()).await
    })
    .expect("the right bytes are still taken");
}

#[test]
fn two_apps_are_installed_at_once() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    let (one, two) = (image(9000), image(8000));
    block_on(async {
        let mut first = store.begin(&new_image("snake", &one)).await?;
        let mut second = store.begin(&new_image("radio", &two)).await?;
        for (a, b) in one.chunks(900).zip(two.chunks(800)) {
            store.write(&mut first, a).await?;
            store.write(&mut second, b).await?;
        }
        store.commit(second, &Details::default()).await?;
        store.commit(first, &Details::default()).await
    })
    .expect("both install");
    let shown = Shown::of(&mut mount(&mut flash));
    assert_eq!(shown.apps["snake"].current.1, one);
    assert_eq!(shown.apps["radio"].current.1, two);
}

#[test]
fn an_install_goes_on_after_a_cut_where_it_was_noted() {
    let mut flash = flash();
    let bytes = image(30_000);
    flash.cut_after(6000, 1);
    let begun = block_on(async {
        let mut store = mount(&mut flash);
        let mut writer = store.begin(&new_image("snake", &bytes)).await?;
        store.write(&mut writer, &bytes).await
    });
    assert!(matches!(begun, Err(Error::Flash(_))), "{begun:?}");
    assert!(flash.power_up());
    let mut store = mount(&mut flash);
    block_on(async {
        let mut writer = store.resume(&name("snake")).await?;
        assert_eq!(writer.position(), PROGRESS_BYTES);
        let rest = &bytes[writer.position() as usize..];
        store.write(&mut writer, rest).await?;
        store.commit(writer, &Details::default()).await
    })
    .expect("the rest is taken");
    assert_eq!(Shown::of(&mut store).apps["snake"].current.1, bytes);
}

#[test]
fn a_writer_whose_install_was_aborted_or_resumed_writes_nothing() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    block_on(async {
        let mut writer = store.begin(&new_image("snake", &image(100))).await?;
        let _resumed = store.resume(&name("snake")).await?;
        assert_eq!(store.write(&mut writer, b"x").await, Err(Error::Stale));
        store.abort(&name("snake")).await?;
        assert_eq!(
            store.commit(writer, &Details::default()).await,
            Err(Error::Stale)
        );
        assert_eq!(
            store.resume(&name("snake")).await.err(),
            Some(Error::NotFound)
        );
        Ok::<(), Error>(())
    })
    .expect("it aborts");
}

#[test]
fn room_of_images_is_found_again_when_they_are_gone() {
    let mut flash = flash();
    let half = IMAGE_PAGES / 2 * 4096;
    let mut store = mount(&mut flash);
    let install = |app, store: &mut _| Op::Install(app, Version::new(1, image(half))).apply(store);
    install("snake", &mut store).expect("half is free");
    install("snakes", &mut store).expect("the other half is free");
    let full = Err(Error::Full {
        needed: half as u32,
        free: 0,
    });
    assert_eq!(install("radio", &mut store), full);
    Op::Uninstall("snake")
        .apply(&mut store)
        .expect("it is there");
    install("radio", &mut store).expect("its room is free");
    assert_eq!(install("radio", &mut store), full);
}

#[test]
fn an_update_keeps_the_old_image_until_it_is_confirmed() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    let third = IMAGE_PAGES / 3 * 4096;
    for version in [1, 2, 3] {
        let bytes = image(third - usize::from(version));
        Op::Install("snake", Version::new(version, bytes))
            .apply(&mut store)
            .expect("a third is free");
    }
    let app = &Shown::of(&mut store).apps["snake"];
    let previous = app.previous.as_ref();
    assert_eq!(
        previous.map(|(details, _)| details.security_counter),
        Some(2)
    );
    Op::Confirm("snake").apply(&mut store).expect("it is there");
    let nothing = Op::RollBack("snake").apply(&mut store);
    assert_eq!(nothing, Err(Error::NotFound));
}

#[test]
fn an_aborted_first_install_leaves_the_folder_of_its_name() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    Op::Create("snake", "score".into(), akira_store::EntryKind::File)
        .apply(&mut store)
        .expect("there is room");
    block_on(async {
        store.begin(&new_image("snake", &image(100))).await?;
        store.abort(&name("snake")).await
    })
    .expect("it aborts");
    assert_eq!(Shown::of(&mut mount(&mut flash)).files.len(), 1);
}

#[test]
fn a_changed_image_is_noticed() {
    let mut flash = flash();
    Op::Install("snake", Version::new(1, image(5000)))
        .apply(&mut mount(&mut flash))
        .expect("there is room");
    let app = block_on(mount(&mut flash).app(&name("snake"))).expect("it reads");
    let image = app.and_then(|app| app.current).expect("it is there");
    flash.flip(image.start as usize + 4999, 1);
    let found = block_on(mount(&mut flash).verify_image(&image));
    assert!(matches!(found, Err(Error::Corrupt(_))), "{found:?}");
}

#[test]
fn a_page_that_does_not_keep_what_is_written_is_noticed() {
    let mut flash = flash();
    let bytes = image(3000);
    let mut store = mount(&mut flash);
    let mut writer = block_on(store.begin(&new_image("snake", &bytes))).expect("there is room");
    let start = block_on(async {
        store.write(&mut writer, &bytes[..1000]).await?;
        Ok::<_, Error>(
            store
                .app(&name("snake"))
                .await?
                .and_then(|app| app.progress()),
        )
    });
    assert_eq!(start, Ok(Some(0)));
    let flash = store.release();
    flash.stick(2000, 0);
    let mut store = mount(flash);
    let written = block_on(store.write(&mut writer, &bytes[1000..]));
    assert_eq!(written, Err(Error::Corrupt(Area::Images)));
    let again = block_on(store.write(&mut writer, &bytes[1000..]));
    assert_eq!(again, Err(Error::Stale));
}

#[test]
fn a_one_megabyte_app_installs_in_16_kib_and_starts_from_mapped_flash() {
    const RECORDS: usize = 256;
    let bytes = image(1 << 20);
    let mut flash = Flash::<4096, 4, 4>::new(8 + 256);
    let layout = Layout::new(&flash, 0..0x8000, 0x8000..0x10_8000).expect("it fits");
    let store = Store::<_, RECORDS>::format(&mut flash, layout);
    let mut ram = size_of_val(&store);
    let mut store = block_on(store).expect("it formats");
    let new = new_image("snake", &bytes);
    let mut most = size_of_val(&store.begin(&new));
    let mut writer = block_on(store.begin(&new)).expect("there is room");
    let mut piece = [0; 512];
    for bytes in bytes.chunks(piece.len()) {
        let piece = &mut piece[..bytes.len()];
        piece.copy_from_slice(bytes);
        let write = store.write(&mut writer, piece);
        most = most.max(size_of_val(&write));
        block_on(write).expect("there is room");
    }
    ram = ram.max(size_of_val(&store)) + size_of_val(&writer) + size_of_val(&piece);
    let details = Details::default();
    let commit = store.commit(writer, &details);
    ram += most.max(size_of_val(&commit));
    block_on(commit).expect("it is what was announced");
    println!("1 MiB installed in {ram} bytes of RAM: the crate allocates nothing");
    assert!(ram <= 16 << 10);
    let app = block_on(store.app(&name("snake"))).expect("it reads");
    let payload = app
        .and_then(|app| app.current)
        .expect("it is there")
        .payload();
    let mapped = &flash.bytes()[payload.start as usize..payload.end as usize];
    assert!(mapped == bytes, "an engine borrows these bytes");
}

#[test]
fn an_install_takes_the_same_little_ram_whatever_its_size() {
    let mut flash = flash();
    let mut store = mount(&mut flash);
    let index = 200 * 16;
    assert!(
        size_of_val(&store) <= index + 1280,
        "{}",
        size_of_val(&store)
    );
    assert!(
        size_of::<ImageWriter>() <= 320,
        "{}",
        size_of::<ImageWriter>()
    );
    let (new, bytes) = (new_image("snake", &[0; 30_000]), [0; 30_000]);
    let begin = size_of_val(&store.begin(&new));
    let mut writer = block_on(store.begin(&new)).expect("there is room");
    let write = size_of_val(&store.write(&mut writer, &bytes));
    let details = Details::default();
    let commit = size_of_val(&store.commit(writer, &details));
    println!(
        "store {}, futures {begin}, {write}, {commit}",
        size_of::<Store<(), 0>>()
    );
    assert!(begin.max(write).max(commit) <= 2304);
}

/// How many operations of the flash it takes to do this.
fn operations<T>(flash: &Esp, act: impl Fn(&mut Borrowed<'_, 4096, 4, 4>) -> T) -> u64 {
    let mut copy = flash.clone();
    act(&mut mount(&mut copy));
    copy.operations - flash.operations
}

#[test]
fn a_writer_stays_stale_when_its_records_are_gone_and_the_flash_is_read_anew() {
    let bytes = image(5000);
    let begin = |store: &mut Borrowed<'_, 4096, 4, 4>| {
        let writer = block_on(store.begin(&new_image("snake", &bytes)));
        writer.expect("there is room")
    };
    let begin_and_abort = |store: &mut Borrowed<'_, 4096, 4, 4>| {
        let writer = begin(store);
        block_on(store.abort(&name("snake"))).expect("it was begun");
        // The ring turns more than once, so nothing is left there of the install.
        for n in 0..2000_u32 {
            let written = block_on(store.set_setting("turn", &n.to_le_bytes()));
            written.expect("there is room");
        }
        writer
    };
    let mut flash = flash();
    let before = operations(&flash, begin_and_abort);
    flash.fail_after(before, 1);
    let mut store = mount(&mut flash);
    let mut old = begin_and_abort(&mut store);
    assert!(block_on(store.set_setting("turn", b"fails")).is_err());
    let new = begin(&mut store);
    let stale = block_on(store.write(&mut old, &bytes));
    assert_eq!(stale, Err(Error::Stale));
    assert_eq!(block_on(store.give_up(&old)), Err(Error::Stale));
    assert_eq!(block_on(store.give_up(&new)), Ok(()));
}

#[test]
fn an_install_is_given_up_after_a_write_that_failed() {
    let bytes = image(5000);
    let begin = |store: &mut Borrowed<'_, 4096, 4, 4>| {
        let writer = block_on(store.begin(&new_image("snake", &bytes)));
        writer.expect("there is room")
    };
    let mut flash = flash();
    let before = operations(&flash, begin);
    flash.fail_after(before + 9, 1);
    let mut store = mount(&mut flash);
    let mut writer = begin(&mut store);
    assert!(block_on(store.write(&mut writer, &bytes)).is_err());
    assert_eq!(block_on(store.give_up(&writer)), Ok(()));
    let app = block_on(store.app(&name("snake"))).expect("it reads");
    assert_eq!(app, None);
}
