//! Work similar to CoreMark's: a list that is searched and sorted, matrices, a state machine over
//! text, and a CRC over the results. The code is our own, and its numbers are not CoreMark scores.

use crate::random::Random;
use core::hint::black_box;

const TURNS: u32 = 12;

/// Number of items of the list.
const ITEMS: usize = 96;

/// Number of rows and columns of the matrix.
const SIZE: usize = 12;

/// Input of the state machine: numbers in text form, some of them malformed.
const NUMBERS: &[u8] =
    b"5012,1234,-874,+122,35.54400,.1234500,-110.700,+0.64400,5.500e+3,-.123e-2,-87e+832,+0.6e-12,\
                         T0.3e-1F,-T.T++Tq,1T3.4e4z,34.0e-T^,";

/// Runs all parts several times and returns the CRC.
pub fn coremark() -> i32 {
    let mut random = Random::new(0xC0FF_EE11);
    let mut crc = 0;
    for turn in 0..black_box(TURNS) {
        crc = crc16(list(&mut random), crc);
        crc = crc16(matrix(turn as i16), crc);
        crc = crc16(states(turn as usize), crc);
    }
    i32::from(crc)
}

/// Item of a list that is linked by array indices.
#[derive(Clone, Copy, Default)]
struct Item {
    data: u16,
    next: u8,
}

/// Creates a list, searches it for values, sorts and reverses it.
fn list(random: &mut Random) -> u16 {
    let mut items = [Item::default(); ITEMS];
    for (place, item) in (1..).zip(&mut items) {
        item.data = random.next() as u16;
        item.next = place;
    }
    let mut head = 0;
    let mut found = 0_u16;
    for wanted in 0..8 {
        found = found.wrapping_add(search(&items, head, wanted));
        head = reverse(&mut items, head);
    }
    let head = sort(&mut items, head);
    walk(&items, head).fold(found, |crc, item| crc16(item.data, crc))
}

/// Follows the links; an index past the end ends the list.
fn walk(items: &[Item; ITEMS], head: u8) -> impl Iterator<Item = &Item> {
    let mut place = head;
    core::iter::from_fn(move || {
        let item = items.get(usize::from(place))?;
        place = item.next;
        Some(item)
    })
}

fn search(items: &[Item; ITEMS], head: u8, low_bits: u16) -> u16 {
    let mut steps = 0;
    for item in walk(items, head) {
        steps += 1;
        if item.data & 63 == low_bits {
            break;
        }
    }
    steps
}

fn reverse(items: &mut [Item; ITEMS], head: u8) -> u8 {
    let (mut place, mut before) = (head, ITEMS as u8);
    while let Some(item) = items.get_mut(usize::from(place)) {
        (place, before) = (core::mem::replace(&mut item.next, before), place);
    }
    before
}

/// Insertion sort: moves each item into a second list.
fn sort(items: &mut [Item; ITEMS], head: u8) -> u8 {
    let end = ITEMS as u8;
    let (mut place, mut sorted) = (head, end);
    while let Some(item) = items.get(usize::from(place)).copied() {
        let link = match last_smaller(items, sorted, item.data) {
            Some(before) => &mut items[usize::from(before)].next,
            None => &mut sorted,
        };
        let after = core::mem::replace(link, place);
        items[usize::from(place)].next = after;
        place = item.next;
    }
    sorted
}

fn last_smaller(items: &[Item; ITEMS], head: u8, data: u16) -> Option<u8> {
    let (mut place, mut last) = (head, None);
    while let Some(item) = items.get(usize::from(place)) {
        if item.data >= data {
            break;
        }
        last = Some(place);
        place = item.next;
    }
    last
}

/// Fills a matrix and multiplies it with a number, a vector and itself.
fn matrix(seed: i16) -> u16 {
    let mut left = [[0_i16; SIZE]; SIZE];
    for (row, values) in (1..).zip(&mut left) {
        for (column, value) in (1..).zip(values) {
            *value = (row * column + seed) & 0xFF;
        }
    }
    let vector: [i32; SIZE] = core::array::from_fn(|row| {
        let products = left[row].iter().zip(&left[SIZE - 1 - row]);
        products.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
    });
    let mut crc = 0_u16;
    for (row, of_vector) in left.iter().zip(vector) {
        for column in 0..SIZE {
            let products = row.iter().zip(&left);
            let sum: i32 = products
                .map(|(a, b)| i32::from(*a) * i32::from(b[column]))
                .sum();
            let bits = (sum >> 2 & 0x0F).wrapping_mul(sum >> 5 & 0x7F);
            crc = crc.rotate_left(1) ^ (bits.wrapping_add(of_vector) as u16);
        }
    }
    crc
}

/// Part of a number that has been parsed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Sign,
    Integer,
    Fraction,
    Exponent,
    ExponentSign,
    Scientific,
    Invalid,
}

/// Parses numbers, with one byte of the text changed, and counts the states in which they end.
fn states(changed: usize) -> u16 {
    let mut ends = [0_u16; 8];
    let mut state = State::Start;
    for _ in 0..4 {
        for (place, byte) in NUMBERS.iter().enumerate() {
            let byte = if place == changed * 7 { b'5' } else { *byte };
            if byte == b',' {
                ends[state as usize] += 1;
                state = State::Start;
            } else {
                state = after(state, byte);
            }
        }
    }
    ends.iter().fold(0, |crc, count| crc16(*count, crc))
}

fn after(state: State, byte: u8) -> State {
    match (state, byte) {
        (State::Start, b'+' | b'-') => State::Sign,
        (State::Start | State::Sign | State::Integer, b'0'..=b'9') => State::Integer,
        (State::Start | State::Sign | State::Integer, b'.') => State::Fraction,
        (State::Fraction, b'0'..=b'9') => State::Fraction,
        (State::Integer | State::Fraction, b'e') => State::Exponent,
        (State::Exponent, b'+' | b'-') => State::ExponentSign,
        (State::ExponentSign | State::Scientific, b'0'..=b'9') => State::Scientific,
        _ => State::Invalid,
    }
}

/// Adds a word to a CRC-16 with the polynomial 0x8005, bit by bit.
fn crc16(word: u16, crc: u16) -> u16 {
    (0..16).fold(crc, |crc, bit| {
        let carry = (crc ^ (word >> bit)) & 1;
        (crc >> 1) ^ if carry == 1 { 0xA001 } else { 0 }
    })
}
