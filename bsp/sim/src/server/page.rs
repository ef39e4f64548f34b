use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

use super::Shared;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// A file of the page: its path, its content type, its text.
type File = (&'static str, &'static str, &'static str);

const FILES: &[File] = &[
    ("/", HTML, include_str!("../../web/index.html")),
    ("/icon.svg", SVG, include_str!("../../web/icon.svg")),
    ("/style.css", CSS, include_str!("../../web/style.css")),
    ("/console.css", CSS, include_str!("../../web/console.css")),
    ("/dialogs.css", CSS, include_str!("../../web/dialogs.css")),
    ("/panels.css", CSS, include_str!("../../web/panels.css")),
    ("/main.js", JS, include_str!("../../web/main.js")),
    ("/akpkg.js", JS, include_str!("../../web/akpkg.js")),
    ("/api.js", JS, include_str!("../../web/api.js")),
    ("/app-row.js", JS, include_str!("../../web/app-row.js")),
    ("/apps.js", JS, include_str!("../../web/apps.js")),
    ("/buttons.js", JS, include_str!("../../web/buttons.js")),
    ("/dom.js", JS, include_str!("../../web/dom.js")),
    ("/format.js", JS, include_str!("../../web/format.js")),
    ("/install.js", JS, include_str!("../../web/install.js")),
    ("/link.js", JS, include_str!("../../web/link.js")),
    ("/log.js", JS, include_str!("../../web/log.js")),
    (
        "/log-history.js",
        JS,
        include_str!("../../web/log-history.js"),
    ),
    ("/notices.js", JS, include_str!("../../web/notices.js")),
    ("/package.js", JS, include_str!("../../web/package.js")),
    ("/report.js", JS, include_str!("../../web/report.js")),
    ("/screen.js", JS, include_str!("../../web/screen.js")),
    ("/sensors.js", JS, include_str!("../../web/sensors.js")),
    ("/theme.js", JS, include_str!("../../web/theme.js")),
];

/// Returns the routes to the page's files, which are compiled into the program.
pub(super) fn routes() -> Router<Shared> {
    FILES.iter().fold(Router::new(), |router, file| {
        router.route(file.0, get(move || async { answer(file) }))
    })
}

fn answer(&(_, content_type, text): &'static File) -> impl IntoResponse {
    ([(CONTENT_TYPE, content_type)], text)
}
