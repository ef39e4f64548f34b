//! Checks that messages between apps arrive as in a model that keeps each queue in a `VecDeque`.

#![no_main]

use std::collections::{BTreeSet, VecDeque};

use akira::abi::{AppId, Errno};
use akira_bridge_ipc::{Ipc, MAX_PAYLOAD};
use akira_fuzz::input::Input;
use libfuzzer_sys::fuzz_target;

const APPS: usize = 3;
const SUBSCRIPTIONS: usize = 3;
const QUEUE_BYTES: usize = 300;
/// Size of a message in the queue, without its payload.
const HEADER: usize = 3;

const TOPICS: [&str; 8] = [
    "a",
    "b",
    "c",
    "akira.x",
    "",
    "a2345678901234567890123456789012",
    "a234567890123456789012345678901",
    "d",
];

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let ipc = Bridge::new();
    let mut model = Model::default();
    while !input.is_empty() {
        step(&ipc, &mut model, &mut input);
    }
});

type Bridge = Ipc<APPS, SUBSCRIPTIONS, QUEUE_BYTES>;

fn step(ipc: &Bridge, model: &mut Model, input: &mut Input<'_>) {
    let (operation, choice) = (input.byte(), input.byte());
    // One app more than fits.
    let app = AppId::new(u32::from(choice >> 6) + 1);
    let topic = TOPICS[usize::from(choice) % TOPICS.len()];
    match operation % 8 {
        0 => assert_eq!(ipc.subscribe(app, topic), model.subscribe(app, topic)),
        1 => assert_eq!(ipc.unsubscribe(app, topic), model.unsubscribe(app, topic)),
        2 => assert_eq!(ipc.pending(app, topic), model.pending(app, topic)),
        3 => {
            ipc.release(app);
            model.inboxes.retain(|inbox| inbox.app != app);
        }
        4 | 5 => {
            let publisher = (operation & 8 == 0).then_some(app);
            let payload = vec![input.byte(); input.half().into()];
            let published = ipc.publish(publisher, topic, &payload);
            assert_eq!(published, model.publish(publisher, topic, &payload));
        }
        _ => receive(ipc, model, app, topic, input.byte()),
    }
    assert_eq!(ipc.dropped(app), model.dropped(app));
}

fn receive(ipc: &Bridge, model: &mut Model, app: AppId, topic: &str, room: u8) {
    let mut buffer = [0; 255];
    let received = ipc.try_recv(app, topic, &mut buffer[..room.into()]);
    let expected = model.receive(app, topic, room.into());
    assert_eq!(received, expected.as_ref().map(Vec::len).map_err(|e| *e));
    if let Ok(payload) = expected {
        assert_eq!(buffer[..payload.len()], payload);
    }
}

/// Expected inboxes.
#[derive(Default)]
struct Model {
    inboxes: Vec<Inbox>,
}

struct Inbox {
    app: AppId,
    topics: BTreeSet<String>,
    queue: VecDeque<(String, Vec<u8>)>,
    dropped: u32,
}

impl Model {
    fn subscribe(&mut self, app: AppId, topic: &str) -> Result<(), Errno> {
        check(topic)?;
        if self.inbox(app).is_err() {
            if self.inboxes.len() >= APPS {
                return Err(Errno::ENOMEM);
            }
            self.inboxes.push(Inbox::new(app));
        }
        let inbox = self.inbox(app)?;
        if !inbox.topics.contains(topic) && inbox.topics.len() >= SUBSCRIPTIONS {
            return Err(Errno::ENOMEM);
        }
        inbox.topics.insert(topic.to_owned());
        Ok(())
    }

    fn unsubscribe(&mut self, app: AppId, topic: &str) -> Result<(), Errno> {
        let inbox = self.subscribed(app, topic)?;
        inbox.topics.remove(topic);
        inbox.queue.retain(|(of, _)| of != topic);
        Ok(())
    }

    fn pending(&mut self, app: AppId, topic: &str) -> Result<u32, Errno> {
        let inbox = self.subscribed(app, topic)?;
        Ok(inbox.queue.iter().filter(|(of, _)| of == topic).count() as u32)
    }

    fn publish(&mut self, app: Option<AppId>, topic: &str, payload: &[u8]) -> Result<u32, Errno> {
        check(topic)?;
        if app.is_some() && topic.starts_with("akira.") {
            return Err(Errno::EPERM);
        }
        if payload.is_empty() || payload.len() > MAX_PAYLOAD {
            return Err(Errno::EMSGSIZE);
        }
        let mut receivers = 0;
        for inbox in &mut self.inboxes {
            if inbox.topics.contains(topic) && inbox.deliver(topic, payload) {
                receivers += 1;
            }
        }
        Ok(receivers)
    }

    fn receive(&mut self, app: AppId, topic: &str, room: usize) -> Result<Vec<u8>, Errno> {
        let inbox = self.subscribed(app, topic)?;
        let index = inbox.queue.iter().position(|(of, _)| of == topic);
        let index = index.ok_or(Errno::EAGAIN)?;
        if inbox.queue[index].1.len() > room {
            return Err(Errno::EMSGSIZE);
        }
        let message = inbox.queue.remove(index).ok_or(Errno::EAGAIN)?;
        Ok(message.1)
    }

    fn dropped(&mut self, app: AppId) -> u32 {
        self.inbox(app).map_or(0, |inbox| inbox.dropped)
    }

    fn inbox(&mut self, app: AppId) -> Result<&mut Inbox, Errno> {
        let mut inboxes = self.inboxes.iter_mut();
        inboxes.find(|inbox| inbox.app == app).ok_or(Errno::ENOENT)
    }

    fn subscribed(&mut self, app: AppId, topic: &str) -> Result<&mut Inbox, Errno> {
        let inbox = self.inbox(app)?;
        let subscribed = inbox.topics.contains(topic);
        subscribed.then_some(inbox).ok_or(Errno::ENOENT)
    }
}

impl Inbox {
    fn new(app: AppId) -> Self {
        Self {
            app,
            topics: BTreeSet::new(),
            queue: VecDeque::new(),
            dropped: 0,
        }
    }

    fn deliver(&mut self, topic: &str, payload: &[u8]) -> bool {
        let used: usize = self.queue.iter().map(|(_, p)| HEADER + p.len()).sum();
        let has_room = used + HEADER + payload.len() <= QUEUE_BYTES;
        if has_room {
            self.queue.push_back((topic.to_owned(), payload.to_vec()));
        } else {
            self.dropped += 1;
        }
        has_room
    }
}

fn check(topic: &str) -> Result<(), Errno> {
    if topic.is_empty() || topic.len() > 31 {
        Err(Errno::EINVAL)
    } else {
        Ok(())
    }
}
