use crate::queue::Queue;
use crate::topic::Topic;
use akira_abi::{AppId, Errno};
use core::task::Waker;

/// Subscriptions of one app and the messages that the app has not received yet.
#[derive(Debug)]
pub(crate) struct Inbox<const SUBSCRIPTIONS: usize, const QUEUE_BYTES: usize> {
    pub(crate) app: AppId,
    pub(crate) dropped: u32,
    pub(crate) waker: Option<Waker>,
    topics: [Option<Topic>; SUBSCRIPTIONS],
    /// Number of queued messages of each topic.
    waiting: [u16; SUBSCRIPTIONS],
    queue: Queue<QUEUE_BYTES>,
    /// Maximum number of messages in the queue.
    pub(crate) most: usize,
}

impl<const SUBSCRIPTIONS: usize, const QUEUE_BYTES: usize> Inbox<SUBSCRIPTIONS, QUEUE_BYTES> {
    const FITS: () = {
        assert!(SUBSCRIPTIONS <= 256, "a topic's number is a byte");
        assert!(
            QUEUE_BYTES <= u16::MAX as usize,
            "a count of messages is two"
        );
    };

    pub(crate) fn new(app: AppId) -> Self {
        let () = Self::FITS;
        Self {
            app,
            dropped: 0,
            waker: None,
            topics: [const { None }; SUBSCRIPTIONS],
            waiting: [0; SUBSCRIPTIONS],
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
        if self.waiting(number) > 0 {
            self.queue.remove_all(number);
        }
        self.waiting[usize::from(number)] = 0;
        self.topics[usize::from(number)] = None;
        Ok(())
    }

    pub(crate) fn pending(&self, topic: &str) -> Result<u32, Errno> {
        Ok(self.waiting(self.number(topic)?).into())
    }

    /// Returns the number of queued messages of all topics, which is the maximum number that a
    /// search of the queue examines.
    pub(crate) fn len(&self) -> usize {
        self.waiting
            .iter()
            .map(|waiting| usize::from(*waiting))
            .sum()
    }

    fn waiting(&self, number: u8) -> u16 {
        self.waiting[usize::from(number)]
    }

    /// Queues a message if the app subscribes to the topic. Returns whether the queue had room, or
    /// `None` if the app does not subscribe.
    pub(crate) fn deliver(&mut self, topic: &str, payload: &[u8]) -> Option<bool> {
        let number = self.number(topic).ok()?;
        let has_room = self.len() < self.most && self.queue.push(number, payload);
        if has_room {
            self.waiting[usize::from(number)] += 1;
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
        Some(has_room)
    }

    pub(crate) fn receive(&mut self, topic: &str, buffer: &mut [u8]) -> Result<usize, Errno> {
        let number = self.number(topic)?;
        if self.waiting(number) == 0 {
            return Err(Errno::EAGAIN);
        }
        let message = self.queue.first(number).ok_or(Errno::EAGAIN)?;
        let len = message.payload.len();
        let target = buffer.get_mut(..len).ok_or(Errno::EMSGSIZE)?;
        target.copy_from_slice(message.payload);
        self.queue.remove_first(number);
        self.waiting[usize::from(number)] -= 1;
        Ok(len)
    }

    fn number(&self, topic: &str) -> Result<u8, Errno> {
        let is = |slot: &Option<Topic>| slot.as_deref() == Some(topic);
        let index = self.topics.iter().position(is).ok_or(Errno::ENOENT)?;
        u8::try_from(index).map_err(|_| Errno::ENOENT)
    }
}
