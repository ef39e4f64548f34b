//! Readers for the value of a known field. Each error names the field and has the position of the
//! value.

use crate::error::{ErrorKind, Failure};
use crate::json::{Cursor, JsonText};
use crate::{List, Text, is_harmless};

type Read<T> = Result<T, Failure>;

pub(super) fn wrong_type(
    cursor: &mut Cursor<'_>,
    field: &'static str,
    wanted: &'static str,
) -> Failure {
    cursor.peek();
    cursor.failure(ErrorKind::WrongType { field, wanted })
}

pub(super) fn string<'a>(cursor: &mut Cursor<'a>, field: &'static str) -> Read<JsonText<'a>> {
    match cursor.peek() {
        Some(b'"') => cursor.string("'\"'"),
        _ => Err(wrong_type(cursor, field, "a string")),
    }
}

/// Reads a string and converts it with `parse`; a string that `parse` rejects violates `rule`.
pub(super) fn parsed<const N: usize, T>(
    cursor: &mut Cursor<'_>,
    field: &'static str,
    rule: &'static str,
    parse: fn(&str) -> Option<T>,
) -> Read<T> {
    cursor.peek();
    let start = *cursor;
    let too_long = start.failure(ErrorKind::TextTooLong { field, max: N });
    let text = string(cursor, field)?
        .to_text::<N>()
        .map_err(|_| too_long)?;
    parse(&text).ok_or(start.failure(ErrorKind::Invalid { field, rule }))
}

/// Reads a string in which all characters display as themselves.
pub(super) fn line<const N: usize>(cursor: &mut Cursor<'_>, field: &'static str) -> Read<Text<N>> {
    let printable = |s: &str| match s.chars().all(is_harmless) {
        true => Text::try_from(s).ok(),
        false => None,
    };
    parsed::<N, _>(cursor, field, "one line of printable text", printable)
}

pub(super) fn boolean(cursor: &mut Cursor<'_>, field: &'static str) -> Read<bool> {
    let mut ahead = *cursor;
    let value = match ahead.word() {
        Ok("true") => true,
        Ok("false") => false,
        _ => return Err(wrong_type(cursor, field, "true or false")),
    };
    *cursor = ahead;
    Ok(value)
}

/// Reads a whole number from `min` to `max`.
pub(super) fn number(
    cursor: &mut Cursor<'_>,
    field: &'static str,
    min: u32,
    max: u32,
) -> Read<u32> {
    let mut ahead = *cursor;
    let word = ahead.word().unwrap_or_default();
    let digits = word.strip_prefix('-').unwrap_or(word);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong_type(cursor, field, "a whole number"));
    }
    cursor.peek();
    let out_of_range = cursor.failure(ErrorKind::OutOfRange { field, min, max });
    let value = word
        .parse()
        .ok()
        .filter(|value| (min..=max).contains(value));
    *cursor = ahead;
    value.ok_or(out_of_range)
}

pub(super) fn byte(cursor: &mut Cursor<'_>, field: &'static str, min: u8, max: u8) -> Read<u8> {
    // The range makes the conversion exact.
    number(cursor, field, min.into(), max.into()).map(|n| n as u8)
}

pub(super) fn word16(cursor: &mut Cursor<'_>, field: &'static str) -> Read<u16> {
    // The range makes the conversion exact.
    number(cursor, field, 0, u16::MAX.into()).map(|n| n as u16)
}

/// Reads an array, element by element. One function serves all arrays, which makes less code than
/// one for each.
pub(super) fn array<'a>(
    cursor: &mut Cursor<'a>,
    field: &'static str,
    element: &mut dyn FnMut(&mut Cursor<'a>) -> Read<()>,
) -> Read<()> {
    if !cursor.take(b'[') {
        return Err(wrong_type(cursor, field, "an array"));
    }
    let mut first = true;
    while cursor.next_element(&mut first)? {
        element(cursor)?;
    }
    Ok(())
}

/// Reads an object, member by member.
pub(super) fn object<'a>(
    cursor: &mut Cursor<'a>,
    field: &'static str,
    member: &mut dyn FnMut(&mut Cursor<'a>, JsonText<'a>) -> Read<()>,
) -> Read<()> {
    if !cursor.take(b'{') {
        return Err(wrong_type(cursor, field, "an object"));
    }
    let mut first = true;
    while let Some(key) = cursor.next_key(&mut first)? {
        member(cursor, key)?;
    }
    Ok(())
}

/// Reads an array into a list.
pub(super) fn list<'a, T: Copy + Default, const N: usize>(
    cursor: &mut Cursor<'a>,
    field: &'static str,
    element: impl Fn(&mut Cursor<'a>) -> Read<T>,
) -> Read<List<T, N>> {
    let mut list = List::new();
    array(cursor, field, &mut |cursor| {
        cursor.peek();
        let too_many = cursor.failure(ErrorKind::TooMany { field, max: N });
        list.push(element(cursor)?).map_err(|_| too_many)
    })?;
    Ok(list)
}
