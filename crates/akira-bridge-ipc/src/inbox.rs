use crate::queue::Queue;
use crate::topic::Topic;
use akira_abi::{AppId, Errno};
use core::task::Waker;

/// What one app subscribes to and has not received yet.
#[derive(Debug)]
pub(crate) struct Inbox<const SUBSCRIPTIONS: usize, const QUEUE_BYTES: usize> {
    pub(crate) app: AppId,
    pub(crate) dropped: u32,
    pub(crate) waker: Option<Waker>,
    topics: [Option<Topic>; SUBSCRIPTIONS],
    queue: Queue<QUEUE_BYTES>,
    /// The most messages in the queue.
    pub(crate) most: usize,
}

impl<const SUBSCRIPTIONS: usize, const QUEUE_BYTES: usize> Inbox<SUBSCRIPTIONS, QUEUE_BYTES> {
    const FITS: () = assert!(SUBSCRIPTIONS <= 256, "a topic's number is a byte");

    pub(crate) fn new(app: AppId) -> Self {
        let () = Self::FITS;
        Self {
            app,
            dropped: 0,
            waker: None,
            topics: [const { None }; SUBSCRIPTIONS],
            queue: Queue::new(),
            most: usize::MAX,
        }
    }

    pub(crate) fn subscribe(&mut self, topic: Topic) -> Result<(), Errno> {
        if self.number(&topic).is_ok() {
            return Ok(());
        }
        let free = self.topics.iter_mut().find(|slot| slot.is_none());
        *free.ok_or(Errno::ENOMEM)? = Some(topic);
        Ok(())
    }

    pub(crate) fn unsubscribe(&mut self, topic: &str) -> Result<(), Errno> {
        let number = self.number(topic)?;
        self.queue.remove_all(number);
        self.topics[usize::from(number)] = None;
        Ok(())
    }

    pub(crate) fn pending(&self, topic: &str) -> Result<u32, Errno> {
        let count = self.queue.count(self.number(topic)?);
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Takes a message if the app subscribes to the topic; says whether it does.
    pub(crate) fn deliver(&mut self, topic: &str, payload: &[u8]) -> bool {
        let Ok(number) = self.number(topic) else {
            return false;
        };
        if self.queue.len() >= self.most || !self.queue.push(number, payload) {
            self.dropped = self.dropped.saturating_add(1);
        }
        true
    }

    pub(crate) fn receive(&mut self, topic: &str, buffer: &mut [u8]) -> Result<usize, Errno> {
        let number = self.number(topic)?;
        let message = self.queue.first(number).ok_or(Errno::EAGAIN)?;
        let len = message.payload.len();
        let target = buffer.get_mut(..len).ok_or(Errno::EMSGSIZE)?;
        target.copy_from_slice(message.payload);
        self.queue.remove_first(number);
        Ok(len)
    }

    fn number(&self, topic: &str) -> Result<u8, Errno> {
        let is = |slot: &Option<Topic>| slot.as_deref() == Some(topic);
        let index = self.topics.iter().position(is).ok_or(Errno::ENOENT)?;
        u8::try_from(index).map_err(|_| Errno::ENOENT)
    }
}
