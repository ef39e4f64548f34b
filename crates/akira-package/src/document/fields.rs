//! The fields of an encoded trust store, in the order of their encoding.

use akira_caps::{CapabilitySet, Quotas, Text};

use super::MAX_DOCUMENT;
use crate::{AppScope, KeyState, TrustedKey};

/// Writes fields one after another.
pub(super) struct Writer<'o> {
    out: &'o mut [u8; MAX_DOCUMENT],
    len: usize,
}

impl<'o> Writer<'o> {
    pub(super) fn new(out: &'o mut [u8; MAX_DOCUMENT]) -> Self {
        Self { out, len: 0 }
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        // `MAX_DOCUMENT` is the sum of all fields at their longest.
        if let Some(room) = self.out.get_mut(self.len..end) {
            room.copy_from_slice(bytes);
            self.len = end;
        }
    }

    pub(super) fn written(self) -> &'o [u8] {
        let (written, _) = self.out.split_at(self.len);
        written
    }

    pub(super) fn key(&mut self, key: &TrustedKey) {
        self.put(&key.public);
        self.put(&[state_byte(key.state), u8::from(key.may_rotate)]);
        self.put(&key.owner.to_le_bytes());
        self.put(&key.last_epoch.to_le_bytes());
        self.put(&key.ceiling.bits().to_le_bytes());
        self.quotas(&key.limits);
        self.text(&key.name);
        self.put(&[key.apps.names().count() as u8]);
        key.apps.names().for_each(|name| self.text(name));
    }

    fn quotas(&mut self, quotas: &Quotas) {
        self.put(&quotas.memory.to_le_bytes());
        self.put(&quotas.storage.to_le_bytes());
        self.put(&[quotas.cpu_share]);
        self.put(&quotas.exec_timeout_ms.to_le_bytes());
        self.put(&quotas.handles.to_le_bytes());
        self.put(&quotas.queue.to_le_bytes());
        self.put(&quotas.heap_kb.to_le_bytes());
        self.put(&quotas.stack_kb.to_le_bytes());
        self.put(&quotas.flash_kb_per_hour.to_le_bytes());
    }

    /// Writes a name of at most 31 bytes.
    fn text(&mut self, text: &str) {
        self.put(&[text.len() as u8]);
        self.put(text.as_bytes());
    }
}

/// Reads fields one after another; returns `None` at the end and for an invalid form.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn key(&mut self) -> Option<TrustedKey> {
        Some(TrustedKey {
            public: self.take()?,
            state: state_of(self.u8()?)?,
            may_rotate: self.bool()?,
            owner: self.u16()?,
            last_epoch: self.u32()?,
            ceiling: CapabilitySet::from_bits(self.take().map(u64::from_le_bytes)?),
            limits: self.quotas()?,
            name: Text::of(self.text()?)?,
            apps: self.apps()?,
        })
    }

    fn bool(&mut self) -> Option<bool> {
        match self.u8()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn quotas(&mut self) -> Option<Quotas> {
        Some(
            Quotas::NONE
                .with_memory(self.u32()?)
                .with_storage(self.u32()?)
                .with_cpu_share(self.u8()?)
                .with_exec_timeout_ms(self.u32()?)
                .with_handles(self.u16()?)
                .with_queue(self.u16()?)
                .with_heap_kb(self.u16()?)
                .with_stack_kb(self.u16()?)
                .with_flash_kb_per_hour(self.u16()?),
        )
    }

    fn text(&mut self) -> Option<&'a str> {
        let len = self.u8()?;
        let (text, rest) = self.0.split_at_checked(usize::from(len))?;
        self.0 = rest;
        core::str::from_utf8(text).ok()
    }

    fn apps(&mut self) -> Option<AppScope> {
        let count = usize::from(self.u8()?);
        let mut names = [""; AppScope::MOST];
        let names = names.get_mut(..count)?;
        for name in names.iter_mut() {
            *name = self.text()?;
        }
        match names {
            [] => Some(AppScope::ALL),
            names => AppScope::only(names),
        }
    }
}

fn state_byte(state: KeyState) -> u8 {
    match state {
        KeyState::Active => 0,
        KeyState::Retired => 1,
        KeyState::Revoked => 2,
    }
}

fn state_of(byte: u8) -> Option<KeyState> {
    match byte {
        0 => Some(KeyState::Active),
        1 => Some(KeyState::Retired),
        2 => Some(KeyState::Revoked),
        _ => None,
    }
}
