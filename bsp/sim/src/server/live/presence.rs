use std::sync::Arc;
use std::time::Duration;

use axum::http::Extensions;
use tokio::time::Instant;

use crate::server::Shared;
use crate::server::connection::Peer;
use crate::server::places::{Loss, Place};

/// Place of a page among the pages, and of its connection among the connections. The page loses
/// both if it answers no ping for too long.
pub(super) struct Presence {
    page: Place,
    connection: Option<Arc<Place>>,
    silence: Duration,
}

impl Presence {
    /// Takes a place. If all are taken, displaces a page that has not answered for half of the
    /// permitted silence.
    pub(super) fn enter(shared: &Shared, extensions: &Extensions) -> Option<Self> {
        let silence = shared.limits.silence;
        let now = Instant::now();
        let page = shared.pages.enter(now + silence, now + silence / 2)?;
        let connection = extensions.get().map(|Peer(place)| place.clone());
        Some(Self {
            page,
            connection,
            silence,
        })
    }

    /// Extends the deadlines of both places, because the page has answered.
    pub(super) fn confirm(&self) {
        let deadline = Instant::now() + self.silence;
        self.page.hold_until(deadline);
        if let Some(connection) = &self.connection {
            connection.hold_until(deadline);
        }
    }

    /// Waits until the page has lost its place. Returns the reason for the close frame.
    pub(super) async fn lost(&self) -> String {
        let connection = async {
            match &self.connection {
                Some(place) => place.lost().await,
                None => std::future::pending().await,
            }
        };
        let loss = tokio::select! {
            loss = self.page.lost() => loss,
            loss = connection => loss,
        };
        match loss {
            Loss::Overdue => "the page does not answer pings: reload it".into(),
            Loss::Displaced => "another page took the place of this one, which was silent".into(),
        }
    }
}
