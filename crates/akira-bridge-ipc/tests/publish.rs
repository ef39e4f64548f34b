//! Publish and subscribe: who gets what, and what is refused.

use akira_abi::{AppId, Errno};
use akira_bridge_ipc::{Ipc, MAX_PAYLOAD, MAX_TOPIC};

const A: AppId = AppId::new(1);
const B: AppId = AppId::new(2);
const C: AppId = AppId::new(3);

type Small = Ipc<3, 4, 64>;

fn receive<const N: usize, const S: usize, const Q: usize>(
    ipc: &Ipc<N, S, Q>,
    app: AppId,
    topic: &str,
) -> Result<Vec<u8>, Errno> {
    let mut buffer = [0; MAX_PAYLOAD];
    let len = ipc.try_recv(app, topic, &mut buffer)?;
    Ok(buffer[..len].to_vec())
}

#[test]
fn every_subscriber_gets_the_message_the_publisher_too() {
    let ipc = Small::new();
    for app in [A, B] {
        ipc.subscribe(app, "t").expect("room");
    }
    ipc.subscribe(C, "other").expect("room");
    assert_eq!(ipc.publish(Some(A), "t", b"hi"), Ok(2));
    assert_eq!(receive(&ipc, A, "t"), Ok(b"hi".to_vec()));
    assert_eq!(receive(&ipc, B, "t"), Ok(b"hi".to_vec()));
    assert_eq!(receive(&ipc, C, "other"), Err(Errno::EAGAIN));
    assert_eq!(receive(&ipc, C, "t"), Err(Errno::ENOENT));
}

#[test]
fn a_topic_without_subscribers_is_no_error() {
    let ipc = Small::default();
    assert_eq!(ipc.publish(Some(A), "t", b"hi"), Ok(0));
}

#[test]
fn subscribing_twice_delivers_once() {
    let ipc = Small::new();
    ipc.subscribe(A, "t").expect("room");
    ipc.subscribe(A, "t").expect("room");
    assert_eq!(ipc.publish(None, "t", b"x"), Ok(1));
    assert_eq!(ipc.pending(A, "t"), Ok(1));
}

#[test]
fn messages_of_a_topic_keep_their_order_whatever_lies_between() {
    let ipc = Small::new();
    ipc.subscribe(A, "odd").expect("room");
    ipc.subscribe(A, "even").expect("room");
    for n in 0..6u8 {
        let topic = if n % 2 == 0 { "even" } else { "odd" };
        ipc.publish(Some(B), topic, &vec![n; n as usize + 1])
            .expect("valid");
    }
    assert_eq!(ipc.pending(A, "odd"), Ok(3));
    for n in [1u8, 3, 5] {
        assert_eq!(receive(&ipc, A, "odd"), Ok(vec![n; n as usize + 1]));
    }
    for n in [0u8, 2, 4] {
        assert_eq!(receive(&ipc, A, "even"), Ok(vec![n; n as usize + 1]));
    }
    assert_eq!(ipc.pending(A, "odd"), Ok(0));
}

#[test]
fn a_payload_is_1_to_256_bytes() {
    let ipc = Ipc::<1, 1, 300>::new();
    ipc.subscribe(A, "t").expect("room");
    assert_eq!(ipc.publish(Some(A), "t", b""), Err(Errno::EMSGSIZE));
    assert_eq!(ipc.publish(Some(A), "t", &[7; 257]), Err(Errno::EMSGSIZE));
    assert_eq!(ipc.publish(Some(A), "t", &[7; 256]), Ok(1));
    assert_eq!(receive(&ipc, A, "t"), Ok(vec![7; 256]));
}

#[test]
fn a_topic_is_1_to_31_bytes() {
    let ipc = Small::new();
    let (longest, too_long) = ("t".repeat(MAX_TOPIC), "t".repeat(MAX_TOPIC + 1));
    for topic in ["", &too_long] {
        assert_eq!(ipc.subscribe(A, topic), Err(Errno::EINVAL));
        assert_eq!(ipc.publish(Some(A), topic, b"x"), Err(Errno::EINVAL));
        assert_eq!(ipc.pending(A, topic), Err(Errno::ENOENT));
        assert_eq!(ipc.unsubscribe(A, topic), Err(Errno::ENOENT));
    }
    ipc.subscribe(A, &longest).expect("room");
    assert_eq!(ipc.publish(Some(A), &longest, b"x"), Ok(1));
}

#[test]
fn only_the_system_publishes_the_topics_of_the_system() {
    let ipc = Small::new();
    ipc.subscribe(A, "akira.lifecycle")
        .expect("apps may listen");
    let forged = ipc.publish(Some(B), "akira.lifecycle", b"x");
    assert_eq!(forged, Err(Errno::EPERM));
    assert_eq!(ipc.pending(A, "akira.lifecycle"), Ok(0));
    assert_eq!(ipc.publish(None, "akira.lifecycle", b"x"), Ok(1));
    for topic in ["akira.", "Akira.lifecycle", "system.x", "akira..lifecycle"] {
        assert_eq!(
            ipc.publish(Some(B), topic, b"x"),
            Err(Errno::EPERM),
            "{topic}"
        );
    }
    for topic in ["akira", "akiraos.x", "akira/x", " akira.x"] {
        assert_eq!(ipc.publish(Some(B), topic, b"x"), Ok(0), "{topic}");
    }
}

#[test]
fn a_full_queue_drops_the_newest_for_its_app_alone_which_does_not_count_as_got() {
    // A message of 5 bytes takes 8: a queue holds 8 of them.
    let ipc = Small::new();
    for app in [A, B] {
        ipc.subscribe(app, "t").expect("room");
    }
    for n in 0..10u8 {
        let got = if n < 8 { 2 } else { 1 };
        assert_eq!(ipc.publish(Some(C), "t", &[n; 5]), Ok(got));
        if n < 9 {
            receive(&ipc, B, "t").expect("B keeps up");
        }
    }
    assert_eq!((ipc.dropped(A), ipc.dropped(B)), (2, 0));
    assert_eq!((ipc.pending(A, "t"), ipc.pending(B, "t")), (Ok(8), Ok(1)));
    for n in 0..8u8 {
        assert_eq!(receive(&ipc, A, "t"), Ok(vec![n; 5]));
    }
    assert_eq!(ipc.publish(Some(C), "t", b"again"), Ok(2));
    assert_eq!(receive(&ipc, A, "t"), Ok(b"again".to_vec()));
}

#[test]
fn a_message_longer_than_the_buffer_stays() {
    let ipc = Small::new();
    ipc.subscribe(A, "t").expect("room");
    ipc.publish(None, "t", b"12345").expect("valid");
    let mut small = [0xaa; 4];
    assert_eq!(ipc.try_recv(A, "t", &mut small), Err(Errno::EMSGSIZE));
    assert_eq!(ipc.try_recv(A, "t", &mut []), Err(Errno::EMSGSIZE));
    assert_eq!(small, [0xaa; 4]);
    assert_eq!(receive(&ipc, A, "t"), Ok(b"12345".to_vec()));
}

#[test]
fn unsubscribing_loses_what_waits_of_that_topic_only() {
    let ipc = Small::new();
    for topic in ["a", "b"] {
        ipc.subscribe(A, topic).expect("room");
    }
    for topic in ["a", "b", "a"] {
        ipc.publish(None, topic, topic.as_bytes()).expect("valid");
    }
    assert_eq!(ipc.unsubscribe(A, "a"), Ok(()));
    assert_eq!(ipc.unsubscribe(A, "a"), Err(Errno::ENOENT));
    ipc.subscribe(A, "c").expect("the place is free again");
    assert_eq!(ipc.pending(A, "c"), Ok(0));
    assert_eq!(receive(&ipc, A, "b"), Ok(b"b".to_vec()));
}

#[test]
fn subscriptions_are_bounded_per_app() {
    let ipc = Small::new();
    for topic in ["1", "2", "3", "4"] {
        ipc.subscribe(A, topic).expect("room");
    }
    assert_eq!(ipc.subscribe(A, "5"), Err(Errno::ENOMEM));
    assert_eq!(ipc.subscribe(A, "4"), Ok(()));
    assert_eq!(ipc.subscribe(B, "5"), Ok(()));
}

#[test]
fn apps_are_bounded_and_release_makes_room() {
    let ipc = Ipc::<1, 1, 16>::new();
    ipc.subscribe(A, "t").expect("room");
    ipc.publish(None, "t", b"x").expect("valid");
    assert_eq!(ipc.subscribe(B, "t"), Err(Errno::ENOMEM));
    ipc.release(B);
    ipc.release(A);
    assert_eq!(ipc.pending(A, "t"), Err(Errno::ENOENT));
    assert_eq!(ipc.subscribe(B, "t"), Ok(()));
    assert_eq!(ipc.pending(B, "t"), Ok(0));
    assert_eq!(ipc.dropped(A), 0);
}

#[test]
fn a_queue_too_small_for_anything_drops_everything() {
    let ipc = Ipc::<1, 1, 0>::new();
    ipc.subscribe(A, "t").expect("room");
    assert_eq!(ipc.publish(None, "t", b"x"), Ok(0));
    assert_eq!(ipc.dropped(A), 1);
}

#[test]
fn an_app_with_a_limit_loses_the_messages_over_it() {
    let ipc = Small::new();
    assert_eq!(ipc.limit(A, 2), Err(Errno::ENOENT));
    for (app, topic) in [(A, "t"), (A, "u"), (B, "t")] {
        ipc.subscribe(app, topic).expect("room");
    }
    ipc.limit(A, 2).expect("it subscribes");
    ipc.publish(None, "u", b"0").expect("a good message");
    for (payload, got) in [(b"1", 2), (b"2", 1)] {
        assert_eq!(ipc.publish(None, "t", payload), Ok(got));
    }
    assert_eq!((ipc.pending(A, "t"), ipc.pending(A, "u")), (Ok(1), Ok(1)));
    assert_eq!(ipc.pending(B, "t"), Ok(2));
    assert_eq!(ipc.dropped(A), 1);
    assert_eq!(receive(&ipc, A, "u"), Ok(b"0".to_vec()));
    ipc.publish(None, "t", b"3").expect("a good message");
    assert_eq!(ipc.pending(A, "t"), Ok(2));
}
