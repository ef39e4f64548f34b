use core::fmt;

use super::Members;
use crate::json::JsonText;

/// A fault in a manifest that the parser ignored. The author should fix it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning<'a> {
    /// The manifest has a field with this unknown name.
    UnknownField(JsonText<'a>),
    /// The manifest has the field with this name more than once. The first one counts.
    RepeatedField(JsonText<'a>),
    /// The last `}` is missing, so the manifest may be truncated.
    Unclosed,
    /// Text follows the last `}`.
    TrailingText,
}

/// Iterator over the faults that [`Manifest::parse`](crate::Manifest::parse) ignored.
#[derive(Clone, Debug)]
pub struct Warnings<'a> {
    members: Option<Members<'a>>,
}

impl<'a> Warnings<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            members: Members::open(text).ok(),
        }
    }

    fn last(&mut self) -> Option<Warning<'a>> {
        let mut members = self.members.take()?;
        if !members.closed {
            return Some(Warning::Unclosed);
        }
        members.cursor.peek().map(|_| Warning::TrailingText)
    }
}

impl<'a> Iterator for Warnings<'a> {
    type Item = Warning<'a>;

    fn next(&mut self) -> Option<Warning<'a>> {
        loop {
            let members = self.members.as_mut()?;
            let Some(member) = members.next().ok()? else {
                return self.last();
            };
            members.cursor.skip().ok()?;
            match member.field {
                None => return Some(Warning::UnknownField(member.key)),
                Some(_) if member.repeated => return Some(Warning::RepeatedField(member.key)),
                Some(_) => {}
            }
        }
    }
}

impl fmt::Display for Warning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownField(key) => write!(f, "manifest field \"{key}\" is not known: ignored"),
            Self::RepeatedField(key) => {
                write!(f, "manifest field \"{key}\" is repeated: the first counts")
            }
            Self::Unclosed => f.write_str("manifest lacks its last '}': was it cut?"),
            Self::TrailingText => f.write_str("manifest has text after its last '}': ignored"),
        }
    }
}
