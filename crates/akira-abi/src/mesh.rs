//! A mesh network between devices, over the radio.

#![expect(missing_docs, reason = "each row says in `does` what it does")]

use akira_caps::Capability;

use crate::{NativeCall, Param};

/// Rows of the native module `mesh`.
pub static CALLS: &[&NativeCall] = &[
    &MESH_INIT,
    &MESH_START,
    &MESH_STOP,
    &MESH_SEND,
    &MESH_BROADCAST,
    &MESH_RECV_POP,
    &MESH_GET_NODES,
    &MESH_GET_STATS,
    &MESH_DISTRIBUTE_APP,
];

pub static MESH_INIT: NativeCall = NativeCall::new("mesh_init")
    .takes(&[
        Param::u32("node"),
        Param::str("name"),
        Param::i32("role"),
        Param::u32("beacon_ms"),
    ])
    .requires(Capability::Mesh)
    .suspending()
    .planned()
    .does(
        "Configures this node: its number (0 to 255), its name, its role (0 node, 1 gateway, 2 \
         provisioner) and its beacon, sent every `beacon_ms` milliseconds, or every 5000 if 0. \
         Returns `-EALREADY` if it is configured already, `-ENODEV` if the board has no radio.",
    );

pub static MESH_START: NativeCall = NativeCall::new("mesh_start")
    .requires(Capability::Mesh)
    .suspending()
    .planned()
    .does("Joins the mesh.");

pub static MESH_STOP: NativeCall = NativeCall::new("mesh_stop")
    .requires(Capability::Mesh)
    .suspending()
    .planned()
    .does("Leaves the mesh.");

pub static MESH_SEND: NativeCall = NativeCall::new("mesh_send")
    .takes(&[
        Param::fixed_in("node", 8),
        Param::bytes_in("data", 2),
        Param::len("length"),
    ])
    .requires(Capability::Mesh)
    .suspending()
    .planned()
    .does(
        "Sends at most 200 bytes to the node with the id `node`. Returns `-EMSGSIZE` if \
         `length` is more.",
    );

pub static MESH_BROADCAST: NativeCall = NativeCall::new("mesh_broadcast")
    .takes(&[
        Param::bytes_in("data", 1),
        Param::len("length"),
        Param::i32("max_hops"),
    ])
    .requires(Capability::Mesh)
    .suspending()
    .planned()
    .does(
        "Sends at most 200 bytes to all nodes within `max_hops` hops. Returns `-EMSGSIZE` if \
         `length` is more.",
    );

pub static MESH_RECV_POP: NativeCall = NativeCall::new("mesh_recv_pop")
    .takes(&[
        Param::fixed_out("source", 8),
        Param::bytes_out("data", 2),
        Param::len("size"),
        Param::u32("timeout_ms"),
    ])
    .requires(Capability::Mesh)
    .suspending()
    .planned()
    .does(
        "Takes the oldest message, and writes its sender's id and its data. Waits at most \
         `timeout_ms` milliseconds for a message. Returns the number of bytes of data, or \
         `-EAGAIN` if no message arrived.",
    );

pub static MESH_GET_NODES: NativeCall = NativeCall::new("mesh_get_nodes")
    .takes(&[
        Param::bytes_out("nodes", 1).of_items(52).or_efault(),
        Param::len("max_nodes"),
    ])
    .requires(Capability::Mesh)
    .planned()
    .does(
        "Writes 52 bytes for each known node: id (8), name (32), i32 role, u8 hops, i8 RSSI in \
         dBm, u8 link quality, 1 byte of 0, u32 time last seen in ms. Returns the number of \
         nodes.",
    );

pub static MESH_GET_STATS: NativeCall = NativeCall::new("mesh_get_stats")
    .takes(&[Param::fixed_out("stats", 24)])
    .requires(Capability::Mesh)
    .planned()
    .does("Writes six u32 counters of the mesh network.");

pub static MESH_DISTRIBUTE_APP: NativeCall = NativeCall::new("mesh_distribute_app")
    .takes(&[
        Param::fixed_in("node", 8),
        Param::str("name"),
        Param::bytes_in("image", 3),
        Param::len("length"),
    ])
    .requires(Capability::Mesh)
    .suspending()
    .planned()
    .does("Sends an app to another node. AkiraOS, too, returns `-ENOSYS`.");
