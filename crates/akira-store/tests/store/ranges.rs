//! Images in several ranges, and on several flashes.

use akira_store::{Error, Joined, Layout, LayoutError, Store};
use akira_store_testing::{Flash, Op, Shown, Version, name};
use embassy_futures::block_on;

/// The chip's own flash, with small pages and long words, and an external one.
type Inner = Flash<2048, 8>;
type Outer = Flash<4096, 1>;
type Both<'f> = Joined<&'f mut Inner, &'f mut Outer>;

/// Where the external flash begins.
const BORDER: u32 = 16 * 2048;

/// Records on the chip's own flash, between two ranges of images, and images on the whole other one.
fn mount<'f>(inner: &'f mut Inner, outer: &'f mut Outer) -> Result<Store<Both<'f>, 100>, Error> {
    let flash = Joined::new(inner, outer);
    let layout = Layout::new(&flash, 0x2000..0x6000, 0..0x2000)
        .and_then(|layout| layout.with_images(0x6000..BORDER))
        .and_then(|layout| layout.with_images(BORDER..BORDER + 4 * 4096));
    let layout = layout.expect("it fits");
    block_on(async {
        match Store::mount(flash, layout.clone()).await {
            Err(Error::Unformatted) => {}
            mounted => return mounted,
        }
        unreachable!("the tests format it first")
    })
}

fn formatted() -> (Inner, Outer) {
    let (mut inner, mut outer) = (Inner::new(16), Outer::new(4));
    let flash = Joined::new(&mut inner, &mut outer);
    let layout = Layout::new(&flash, 0x2000..0x6000, 0..0x2000).expect("it fits");
    block_on(Store::<_, 100>::format(flash, layout)).expect("it formats");
    (inner, outer)
}

#[test]
fn images_fill_every_range_and_flash() {
    let (mut inner, mut outer) = formatted();
    let sizes = [("snake", 8192), ("snakes", 8000), ("radio", 16384)];
    for (n, (app, size)) in sizes.into_iter().enumerate() {
        let mut store = mount(&mut inner, &mut outer).expect("it mounts");
        Op::Install(app, Version::new(n as u8, vec![n as u8; size]))
            .apply(&mut store)
            .expect("one of the ranges has room");
    }
    let mut store = mount(&mut inner, &mut outer).expect("it mounts");
    let more = Op::Install("more", Version::new(9, vec![9; 1])).apply(&mut store);
    let full = Error::Full {
        needed: 4096,
        free: 0,
    };
    assert_eq!(more, Err(full));
    assert_eq!(Shown::of(&mut store).apps.len(), 3);
    let radio = block_on(store.app(&name("radio"))).expect("it reads");
    let image = radio.and_then(|app| app.current).expect("it is there");
    assert_eq!(image.payload(), BORDER..BORDER + 16384);
    drop(store);
    assert_eq!(outer.bytes(), [2; 16384]);
    inner.cut_after(0, 1);
    let set = Op::Set("a".into(), vec![1]);
    let mut store = mount(&mut inner, &mut outer).expect("it mounts");
    assert!(matches!(set.apply(&mut store), Err(Error::Flash(_))));
}

#[test]
fn ranges_that_overlap_or_are_too_many_are_refused() {
    let flash = Outer::new(16);
    let layout = || Layout::new(&flash, 0..0x4000, 0x4000..0x5000).expect("it fits");
    let with = |range| layout().with_images(range).err();
    assert_eq!(with(0x3000..0x4000), Some(LayoutError::Overlap));
    assert_eq!(with(0x4000..0x6000), Some(LayoutError::Overlap));
    assert_eq!(with(0x5000..0x5800), Some(LayoutError::Unaligned));
    assert_eq!(with(0x5000..0x6000), None);
    let many = (5..10).try_fold(layout(), |layout, page| {
        layout.with_images(page * 0x1000..(page + 1) * 0x1000)
    });
    assert_eq!(many.err(), Some(LayoutError::TooMany));
}

#[test]
fn joined_flashes_take_what_lies_over_their_border() {
    use embedded_storage_async::nor_flash::{NorFlash, ReadNorFlash};
    let (mut inner, mut outer) = (Inner::new(2), Outer::new(2));
    let mut flash = Joined::new(&mut inner, &mut outer);
    assert_eq!(flash.capacity(), 4096 + 8192);
    let mut bytes = [0; 16];
    block_on(async {
        flash.erase(0, 12288).await?;
        flash.write(4088, &[7; 16]).await?;
        flash.read(4088, &mut bytes).await?;
        assert!(flash.read(12280, &mut bytes).await.is_err());
        assert!(flash.erase(8192, 16384).await.is_err());
        Ok::<(), akira_store::JoinedError>(())
    })
    .expect("it lies within");
    assert_eq!(bytes, [7; 16]);
    assert_eq!(inner.bytes()[4088..], [7; 8]);
    assert_eq!(outer.bytes()[..8], [7; 8]);
}
