//! Buttons as apps see them.

use akira_abi::{AppId, Errno};
use akira_bridge_input::{Button, ButtonMap, Buttons, Event};

const GAME: AppId = AppId::new(1);
const OTHER: AppId = AppId::new(2);
const THIRD: AppId = AppId::new(3);
const A: u32 = 6;
const UP: u32 = 2;

fn set(buttons: &Buttons<2>, id: u32, pressed: bool) {
    buttons.set(id, pressed).expect("the id is in range");
}

fn poll(buttons: &Buttons<2>, app: AppId) -> Option<(u32, bool)> {
    let event = buttons.poll_event(app).expect("there is room for a queue");
    event.map(|e| (e.button_id, e.pressed))
}

#[test]
fn state_is_one_bit_per_held_button() {
    let buttons = Buttons::new();
    set(&buttons, A, true);
    set(&buttons, UP, true);
    assert_eq!(buttons.buttons(GAME), 1 << A | 1 << UP);
    set(&buttons, A, false);
    assert_eq!(buttons.buttons(GAME), 1 << UP);
}

#[test]
fn refuses_an_id_above_31() {
    let buttons: Buttons<1> = Buttons::new();
    assert_eq!(buttons.set(32, true), Err(Errno::EINVAL));
    assert_eq!(buttons.set(u32::MAX, true), Err(Errno::EINVAL));
    assert_eq!(buttons.set(31, true), Ok(()));
    assert_eq!(buttons.buttons(GAME), 1 << 31);
}

#[test]
fn each_app_gets_every_edge_in_order() {
    let buttons = Buttons::new();
    assert_eq!(poll(&buttons, GAME), None);
    assert_eq!(poll(&buttons, OTHER), None);
    set(&buttons, A, true);
    set(&buttons, UP, true);
    set(&buttons, A, false);
    for app in [GAME, OTHER] {
        assert_eq!(poll(&buttons, app), Some((A, true)));
        assert_eq!(poll(&buttons, app), Some((UP, true)));
        assert_eq!(poll(&buttons, app), Some((A, false)));
        assert_eq!(poll(&buttons, app), None);
    }
}

#[test]
fn same_state_twice_is_no_edge() {
    let buttons = Buttons::new();
    poll(&buttons, GAME);
    set(&buttons, A, true);
    set(&buttons, A, true);
    assert_eq!(poll(&buttons, GAME), Some((A, true)));
    assert_eq!(poll(&buttons, GAME), None);
}

#[test]
fn first_poll_tells_what_is_held() {
    let buttons = Buttons::new();
    set(&buttons, UP, true);
    assert_eq!(poll(&buttons, GAME), Some((UP, true)));
    assert_eq!(poll(&buttons, GAME), None);
}

#[test]
fn full_queue_drops_the_newest_and_counts() {
    let buttons = Buttons::new();
    poll(&buttons, GAME);
    for _ in 0..10 {
        set(&buttons, A, true);
        set(&buttons, A, false);
    }
    assert_eq!(buttons.dropped(GAME), 4);
    assert_eq!(buttons.dropped(OTHER), 0);
    let polled = core::iter::from_fn(|| poll(&buttons, GAME)).count();
    assert_eq!(polled, 16);
}

#[test]
fn full_queue_leaves_no_button_stuck() {
    let buttons = Buttons::new();
    poll(&buttons, GAME);
    set(&buttons, UP, true);
    for _ in 0..8 {
        set(&buttons, A, true);
        set(&buttons, A, false);
    }
    set(&buttons, UP, false);
    let mut held = 0u32;
    while let Some((id, _)) = poll(&buttons, GAME) {
        held ^= 1 << id;
    }
    assert_eq!(held, 0);
}

#[test]
fn only_the_focused_app_sees_buttons_and_dial() {
    let buttons = Buttons::new();
    poll(&buttons, OTHER);
    buttons.focus(Some(GAME));
    set(&buttons, A, true);
    buttons.set_dial(200);
    assert_eq!((buttons.buttons(GAME), buttons.buttons(OTHER)), (1 << A, 0));
    assert_eq!((buttons.dial(GAME), buttons.dial(OTHER)), (200, 0));
    assert_eq!(poll(&buttons, OTHER), None);
    assert_eq!(poll(&buttons, GAME), Some((A, true)));
}

#[test]
fn edges_before_the_first_poll_wait_for_a_focused_app() {
    let buttons = Buttons::new();
    buttons.focus(Some(GAME));
    set(&buttons, A, true);
    set(&buttons, A, false);
    assert_eq!(poll(&buttons, GAME), Some((A, true)));
    assert_eq!(poll(&buttons, GAME), Some((A, false)));
}

#[test]
fn press_that_moved_the_focus_is_hidden_until_released() {
    let buttons = Buttons::new();
    buttons.focus(Some(GAME));
    set(&buttons, A, true);
    buttons.focus(Some(OTHER));
    assert_eq!(buttons.buttons(OTHER), 0);
    assert_eq!(poll(&buttons, OTHER), None);
    set(&buttons, A, false);
    assert_eq!(poll(&buttons, OTHER), None);
    set(&buttons, A, true);
    assert_eq!(poll(&buttons, OTHER), Some((A, true)));
}

#[test]
fn app_that_loses_the_focus_is_told_of_releases_only() {
    let buttons = Buttons::new();
    buttons.focus(Some(GAME));
    set(&buttons, A, true);
    assert_eq!(poll(&buttons, GAME), Some((A, true)));
    set(&buttons, UP, true);
    buttons.focus(Some(OTHER));
    assert_eq!(poll(&buttons, GAME), Some((A, false)));
    assert_eq!(poll(&buttons, GAME), None);
}

#[test]
fn regained_focus_brings_no_old_events() {
    let buttons = Buttons::new();
    buttons.focus(Some(GAME));
    set(&buttons, A, true);
    set(&buttons, A, false);
    buttons.focus(Some(OTHER));
    buttons.focus(Some(GAME));
    assert_eq!(poll(&buttons, GAME), None);
}

#[test]
fn same_focus_again_hides_nothing() {
    let buttons = Buttons::new();
    buttons.focus(Some(GAME));
    set(&buttons, A, true);
    buttons.focus(Some(GAME));
    assert_eq!(buttons.buttons(GAME), 1 << A);
    assert_eq!(poll(&buttons, GAME), Some((A, true)));
}

#[test]
fn release_makes_room_for_another_app() {
    let buttons: Buttons<2> = Buttons::new();
    poll(&buttons, GAME);
    poll(&buttons, OTHER);
    assert_eq!(buttons.poll_event(THIRD), Err(Errno::ENOMEM));
    buttons.release(GAME);
    assert_eq!(buttons.poll_event(THIRD), Ok(None));
}

#[test]
fn event_is_two_little_endian_words() {
    let event = Event {
        button_id: 6,
        pressed: true,
    };
    assert_eq!(event.encode(), [6, 0, 0, 0, 1, 0, 0, 0]);
}

#[test]
fn maps_differ_in_b_x_and_y() {
    let ids = |map: ButtonMap| Button::ALL.map(|b| map.id(b));
    assert_eq!(ids(ButtonMap::SDK), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(ids(ButtonMap::PROD), [1, 2, 3, 4, 5, 6, 8, 9, 7]);
    assert_eq!(ButtonMap::PROD.button(7), Some(Button::Y));
    assert_eq!(ButtonMap::SDK.button(0), None);
}
