//! The public API on a host, where every native call is a stub.

use akira_sdk::display::{self, Color, Rect};
use akira_sdk::input::{self, Button, Event};
use akira_sdk::sensor::{self, Channel};
use akira_sdk::{Errno, Text, app, check, gpio, ipc, log, settings, storage, time, timer};

#[test]
fn every_module_says_that_the_call_is_absent() {
    let absent = Err(Errno::ENOSYS);
    let mut buffer = [0; 16];
    assert_eq!(display::clear(Color::BLACK), absent);
    assert_eq!(display::bitmap(Rect::new(0, 0, 1, 1), &[0, 0]), absent);
    assert_eq!(gpio::drive(4, true), absent);
    assert_eq!(settings::set(c"key", c"value"), absent);
    assert_eq!(settings::get(c"key", &mut buffer), Err(Errno::ENOSYS));
    assert_eq!(storage::delete(c"file"), absent);
    assert_eq!(app::switch(c"launcher"), absent);
    assert_eq!(app::list(&mut buffer), Err(Errno::ENOSYS));
    assert_eq!(ipc::publish(c"topic", b"x"), Err(Errno::ENOSYS));
    assert_eq!(input::poll_event(), Err(Errno::ENOSYS));
    assert_eq!(timer::Timer::new().err(), Some(Errno::ENOSYS));
    assert_eq!(storage::File::open(c"file").err(), Some(Errno::ENOSYS));
}

#[test]
fn an_absent_sensor_has_no_reading() {
    assert_eq!(sensor::read(Channel::AccelX), None);
}

#[test]
fn a_refused_button_mask_holds_no_button() {
    assert!(
        Button::ALL
            .into_iter()
            .all(|button| !input::is_held(button))
    );
}

#[test]
fn waiting_and_logging_return_where_there_is_no_device() {
    time::delay(core::time::Duration::MAX);
    log::line(c"line");
    akira_sdk::print(format_args!("two\nlines"));
    assert!(time::uptime().is_zero());
}

#[test]
fn a_text_is_cut_at_a_characters_end() {
    let text = Text::<6>::format(format_args!("aéééé"));
    assert_eq!(text.as_c_str(), c"aéé");
    let text = Text::<1>::format(format_args!("no room"));
    assert_eq!(text.as_c_str(), c"");
}

#[test]
fn a_cut_text_takes_no_more() {
    use core::fmt::Write as _;
    let mut text = Text::<4>::new();
    write!(text, "abé").expect("texts take everything");
    write!(text, "c").expect("texts take everything");
    assert_eq!(text.as_c_str(), c"ab");
    text.clear();
    assert_eq!(text.as_c_str(), c"");
}

#[test]
fn an_unknown_errno_is_an_input_output_error() {
    assert_eq!(check(-9999), Err(Errno::EIO));
    assert_eq!(check(i32::MIN), Err(Errno::EIO));
}

#[test]
fn every_errno_of_the_abi_is_known() {
    for code in 1..=200 {
        let found = check(-code);
        assert!(
            found == Err(Errno::EIO) || found.map_err(Errno::code) == Err(-code),
            "{code} became {found:?}"
        );
    }
    assert_eq!(check(Errno::EALREADY.code()), Err(Errno::EALREADY));
    assert_eq!(check(Errno::E2BIG.code()), Err(Errno::E2BIG));
}

#[test]
fn a_colour_keeps_the_high_bits() {
    assert_eq!(Color::rgb(255, 255, 255), Color::WHITE);
    assert_eq!(Color::rgb(255, 0, 0), Color::RED);
    assert_eq!(Color::rgb(7, 3, 7), Color::BLACK);
}

#[test]
fn only_a_press_of_a_known_button_is_a_press() {
    let event = |id, pressed| Event { id, pressed };
    assert_eq!(event(6, true).press(), Some(Button::A));
    assert_eq!(event(6, false).press(), None);
    assert_eq!(event(31, true).press(), None);
}
