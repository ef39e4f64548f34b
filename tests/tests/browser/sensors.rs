use fantoccini::key::Key;

use crate::page::Page;

/// Whether the bar of the first axis in `sensor_dashboard` is short: both its ends then have the
/// same colour.
const SHORT: &str = "pixels(36, 47, 1, 1) === pixels(212, 47, 1, 1)";
const LONG: &str = "pixels(36, 47, 1, 1) !== pixels(212, 47, 1, 1)";

#[tokio::test]
async fn slider_sets_what_an_app_reads() {
    let page = Page::open().await;
    page.click("[data-app=launcher] [data-action=stop]").await;
    page.until("app('launcher').dataset.state === 'stopped'")
        .await;
    page.click("[data-app=sensor_dashboard] [data-action=start]")
        .await;
    page.until("app('sensor_dashboard').dataset.state === 'running'")
        .await;
    page.until(SHORT).await;

    page.type_into("#sensor-0", &char::from(Key::End).to_string())
        .await;
    page.until("text('[data-sensor=\"0\"] output') === '20.00 m/s²'")
        .await;
    page.until(LONG).await;

    page.click("[data-sensor=\"0\"] [data-action=reset-sensor]")
        .await;
    page.until("text('[data-sensor=\"0\"] output') === '0.00 m/s²'")
        .await;
    page.until(SHORT).await;
}
