use std::io::Cursor;
use std::path::Path;

use axum::http::{StatusCode, header};

use crate::client::{call, console};

#[tokio::test]
async fn every_file_of_the_page_is_served_with_its_type() {
    let console = console();
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    let files = std::fs::read_dir(web).expect("the page's files are there");
    for file in files.map(|file| file.expect("the file is readable").path()) {
        let name = file
            .file_name()
            .and_then(|name| name.to_str())
            .expect("names are plain");
        let path = if name == "index.html" {
            "/".into()
        } else {
            format!("/{name}")
        };
        let answer = call(&console, "GET", &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let content_type = answer.headers[header::CONTENT_TYPE]
            .to_str()
            .expect("types are text")
            .to_owned();
        let extension = file.extension().and_then(|extension| extension.to_str());
        let expected = match extension {
            Some("js") => "text/javascript",
            Some("css") => "text/css",
            Some("svg") => "image/svg+xml",
            _ => "text/html",
        };
        assert!(content_type.starts_with(expected), "{path}: {content_type}");
    }
}

#[tokio::test]
async fn the_screen_is_a_png_of_its_size() {
    let answer = call(&console(), "GET", "/api/v1/screen.png").await;
    assert_eq!(answer.headers[header::CONTENT_TYPE], "image/png");
    let mut reader = png::Decoder::new(Cursor::new(answer.body))
        .read_info()
        .expect("it is a PNG");
    assert_eq!(reader.info().size(), (320, 240));
    let mut pixels = vec![0; reader.output_buffer_size().expect("it is small")];
    reader.next_frame(&mut pixels).expect("it has pixels");
    assert!(
        pixels.chunks_exact(3).any(|pixel| pixel == [255, 255, 255]),
        "white stays white"
    );
}
