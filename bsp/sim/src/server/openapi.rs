use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use super::routes::Routes;

/// OpenAPI description of all routes except those to the page's files.
const DOCUMENT: &str = include_str!("openapi.json");

pub(super) fn routes() -> Routes {
    Routes::new().get("/api/v1/openapi.json", document)
}

async fn document() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::DOCUMENT;
    use crate::server::api_routes;

    #[test]
    fn every_route_is_described_and_everything_described_is_routed() {
        let document: Value = serde_json::from_str(DOCUMENT).expect("it is JSON");
        let paths = document["paths"].as_object().expect("it has paths");
        let described: BTreeSet<_> = paths
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().expect("a path has methods").keys();
                methods.map(move |method| (path.as_str(), method.as_str()))
            })
            .collect();
        let routes = api_routes();
        let routed: BTreeSet<_> = routes.list().collect();
        assert_eq!(described, routed);
    }
}
