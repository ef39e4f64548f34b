use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, on};

use super::Shared;

/// Router with a list of its routes. `axum`'s router cannot list them.
#[derive(Default)]
pub(super) struct Routes {
    router: Router<Shared>,
    listed: Vec<(&'static str, &'static str)>,
}

impl Routes {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.on(MethodFilter::GET, "get", path, handler)
    }

    pub(super) fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.on(MethodFilter::POST, "post", path, handler)
    }

    pub(super) fn delete<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.on(MethodFilter::DELETE, "delete", path, handler)
    }

    fn on<H, T>(
        mut self,
        filter: MethodFilter,
        method: &'static str,
        path: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.router = self.router.route(path, on(filter, handler));
        self.listed.push((path, method));
        self
    }

    pub(super) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.listed.extend(other.listed);
        self
    }

    /// Returns the path and the method, in lower case, of each route.
    #[cfg(test)]
    pub(super) fn list(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.listed.iter().copied()
    }

    pub(super) fn into_router(self) -> Router<Shared> {
        self.router
    }
}
