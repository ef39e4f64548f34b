use crate::MAX_PAYLOAD;
use crate::inbox::Inbox;
use crate::topic::topic;
use akira_abi::caps::is_firmware_topic;
use akira_abi::{AppId, Errno};
use core::cell::RefCell;
use core::task::Waker;
use heapless::Vec;

/// Bridge for the native module `ipc`: delivers messages from publishing apps to subscribing apps.
///
/// Up to `APPS` apps can subscribe. Each app has up to `SUBSCRIPTIONS` topics and one queue of
/// `QUEUE_BYTES` bytes, in which a message takes 3 bytes more than its payload.
#[derive(Debug)]
pub struct Ipc<const APPS: usize, const SUBSCRIPTIONS: usize, const QUEUE_BYTES: usize> {
    inboxes: RefCell<[Option<Inbox<SUBSCRIPTIONS, QUEUE_BYTES>>; APPS]>,
}

impl<const APPS: usize, const SUBSCRIPTIONS: usize, const QUEUE_BYTES: usize> Default
    for Ipc<APPS, SUBSCRIPTIONS, QUEUE_BYTES>
{
    fn default() -> Self {
        Self::new()
    }
}

impl<const APPS: usize, const SUBSCRIPTIONS: usize, const QUEUE_BYTES: usize>
    Ipc<APPS, SUBSCRIPTIONS, QUEUE_BYTES>
{
    /// Creates the bridge without subscribers.
    pub const fn new() -> Self {
        Self {
            inboxes: RefCell::new([const { None }; APPS]),
        }
    }

    /// Subscribes an app to the topic `name`. Subscribing again has no effect.
    ///
    /// # Errors
    ///
    /// [`Errno::EINVAL`] if the topic does not have 1 to 31 bytes; [`Errno::ENOMEM`] if the app
    /// already has `SUBSCRIPTIONS` subscriptions, or `APPS` other apps have subscribed.
    pub fn subscribe(&self, app: AppId, name: &str) -> Result<(), Errno> {
        let topic = topic(name)?;
        let mut inboxes = self.inboxes.borrow_mut();
        let index = inboxes
            .iter()
            .position(|slot| is(slot, app))
            .or_else(|| inboxes.iter().position(Option::is_none))
            .ok_or(Errno::ENOMEM)?;
        let inbox = inboxes[index].get_or_insert_with(|| Inbox::new(app));
        inbox.subscribe(topic)
    }

    /// Ends the subscription of an app to the topic `name`. Queued messages of the topic are lost,
    /// and a pending `recv` for the topic returns [`Errno::ENOENT`].
    ///
    /// # Errors
    ///
    /// [`Errno::ENOENT`] if the app does not subscribe to the topic.
    pub fn unsubscribe(&self, app: AppId, name: &str) -> Result<(), Errno> {
        let waker = self.with(app, |inbox| {
            inbox.unsubscribe(name)?;
            Ok(inbox.waker.take())
        })?;
        wake(waker);
        Ok(())
    }

    /// Limits the number of messages of all topics together that may be queued for an app, in
    /// addition to the queue's size in bytes. Messages that are already queued stay.
    ///
    /// # Errors
    ///
    /// [`Errno::ENOENT`] if the app has never subscribed to a topic.
    pub fn limit(&self, app: AppId, messages: usize) -> Result<(), Errno> {
        self.with(app, |inbox| {
            inbox.most = messages;
            Ok(())
        })
    }

    /// Returns the number of messages of the topic `name` that are queued for an app.
    ///
    /// # Errors
    ///
    /// [`Errno::ENOENT`] if the app does not subscribe to the topic.
    pub fn pending(&self, app: AppId, name: &str) -> Result<u32, Errno> {
        self.with(app, |inbox| inbox.pending(name))
    }

    /// Returns the number of messages of all topics that are queued for an app, which is the
    /// maximum number that a search of the queue examines.
    pub fn backlog(&self, app: AppId) -> u32 {
        let waiting = self.with(app, |inbox| Ok(inbox.len()));
        u32::try_from(waiting.unwrap_or(0)).unwrap_or(u32::MAX)
    }

    /// Sends a message of 1 to 256 bytes to all subscribers of the topic `name`. Returns the number
    /// of apps that received it.
    ///
    /// Subscribers whose queue is full do not receive the message; [`dropped`](Self::dropped)
    /// counts it for them. `app` is the publisher, or `None` for the firmware.
    ///
    /// # Errors
    ///
    /// [`Errno::EINVAL`] if the topic does not have 1 to 31 bytes, [`Errno::EMSGSIZE`] if the
    /// payload does not have 1 to 256 bytes, [`Errno::EPERM`] if an app publishes to a topic that
    /// is reserved for the firmware.
    pub fn publish(&self, app: Option<AppId>, name: &str, payload: &[u8]) -> Result<u32, Errno> {
        let topic = topic(name)?;
        if app.is_some() && is_firmware_topic(&topic) {
            return Err(Errno::EPERM);
        }
        if !(1..=MAX_PAYLOAD).contains(&payload.len()) {
            return Err(Errno::EMSGSIZE);
        }
        Ok(self.deliver(&topic, payload))
    }

    /// Moves the oldest queued message of the topic `name` into the buffer, without waiting.
    /// Returns the length of the message in bytes.
    ///
    /// # Errors
    ///
    /// [`Errno::ENOENT`] if the app does not subscribe to the topic, [`Errno::EAGAIN`] if no
    /// message is queued, [`Errno::EMSGSIZE`] if the message is longer than the buffer; the message
    /// then stays in the queue.
    pub fn try_recv(&self, app: AppId, name: &str, buffer: &mut [u8]) -> Result<usize, Errno> {
        self.with(app, |inbox| inbox.receive(name, buffer))
    }

    /// Returns the number of messages that an app has lost because its queue was full.
    pub fn dropped(&self, app: AppId) -> u32 {
        self.with(app, |inbox| Ok(inbox.dropped)).unwrap_or(0)
    }

    /// Removes an app with its subscriptions and messages. A pending `recv` of the app returns
    /// [`Errno::ENOENT`].
    pub fn release(&self, app: AppId) {
        let mut inboxes = self.inboxes.borrow_mut();
        let slot = inboxes.iter_mut().find(|slot| is(slot, app));
        let inbox = slot.and_then(Option::take);
        drop(inboxes);
        wake(inbox.and_then(|inbox| inbox.waker));
    }

    /// Registers the waker that is woken when the queue or a subscription of an app changes.
    ///
    /// An app normally has one waiting task. If a second task registers its waker, the earlier task
    /// is woken so that it polls again.
    pub(crate) fn register(&self, app: AppId, waker: &Waker) {
        let new = waker.clone();
        let old = self.with(app, |inbox| Ok(inbox.waker.replace(new)));
        let old = old.ok().flatten();
        wake(old.filter(|old| !old.will_wake(waker)));
    }

    /// Delivers a message and returns the number of receivers. Wakes the receivers only after the
    /// borrow has ended, because a waker may run any code.
    fn deliver(&self, topic: &str, payload: &[u8]) -> u32 {
        let mut wakers = Vec::<Waker, APPS>::new();
        let mut receivers = 0;
        for inbox in self.inboxes.borrow_mut().iter_mut().flatten() {
            if inbox.deliver(topic, payload) == Some(true) {
                receivers += 1;
                wakers.extend(inbox.waker.take());
            }
        }
        wakers.into_iter().for_each(Waker::wake);
        receivers
    }

    fn with<R>(
        &self,
        app: AppId,
        operation: impl FnOnce(&mut Inbox<SUBSCRIPTIONS, QUEUE_BYTES>) -> Result<R, Errno>,
    ) -> Result<R, Errno> {
        let mut inboxes = self.inboxes.borrow_mut();
        let inbox = inboxes.iter_mut().flatten().find(|inbox| inbox.app == app);
        operation(inbox.ok_or(Errno::ENOENT)?)
    }
}

fn is<const S: usize, const Q: usize>(slot: &Option<Inbox<S, Q>>, app: AppId) -> bool {
    slot.as_ref().is_some_and(|inbox| inbox.app == app)
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
