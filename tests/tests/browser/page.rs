//! Browser that shows a console's page.

use std::path::{Path, PathBuf};
use std::time::Duration;

use akira_sim::device::Options;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, TimeoutConfiguration};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::console::Console;
use crate::driver::Driver;

/// Timeout of a wait or a script.
const DEADLINE: Duration = Duration::from_secs(20);

/// JavaScript helpers for conditions and scripts. `args` holds the values that a test passes.
const WORDS: &str = "
    const args = [...arguments];
    const all = (selector) => [...document.querySelectorAll(selector)];
    const one = (selector) => document.querySelector(selector);
    const text = (selector) => one(selector)?.textContent ?? '';
    const app = (name) => one(`[data-app=\"${name}\"]`);
    const lines = () => all('#log .line:not([hidden])');
    const logged = (words) => lines().some((line) => line.textContent.includes(words));
    const pixels = (x, y, w, h) => one('#screen').getContext('2d').getImageData(x, y, w, h).data.join();
";

/// Console, its page in a browser, and the browser's driver. The fields are ordered so that the
/// browser ends first.
pub(crate) struct Page {
    client: Client,
    driver: Driver,
    console: Option<Console>,
}

impl Page {
    /// Boots a console and opens its page, wide enough for three columns.
    pub(crate) async fn open() -> Self {
        Self::of(Console::boot(0)).await
    }

    /// Boots a console with `options` and opens its page.
    pub(crate) async fn open_with(options: Options) -> Self {
        Self::of(Console::boot_with(0, options)).await
    }

    async fn of(console: Console) -> Self {
        let driver = Driver::start();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(browser())
            .connect(&driver.url())
            .await
            .expect("chromedriver starts a browser: is chromium installed?");
        let page = Self {
            client,
            driver,
            console: Some(console),
        };
        page.prepare().await;
        page
    }

    async fn prepare(&self) {
        let deadlines = TimeoutConfiguration::new(Some(DEADLINE), Some(DEADLINE), None);
        let prepared = self.client.update_timeouts(deadlines).await;
        prepared.expect("deadlines can be set");
        // Disables smooth scrolling, so that an element can be clicked as soon as it is scrolled
        // into view.
        let still = json!([{ "name": "prefers-reduced-motion", "value": "reduce" }]);
        self.command("Emulation.setEmulatedMedia", json!({ "features": still }))
            .await;
        let console = self.console.as_ref().expect("the console was just booted");
        let opened = self.client.goto(&console.url()).await;
        opened.expect("the page loads");
        self.resize(1440, 900).await;
        self.until("one('#connection').dataset.state === 'live' && (app('launcher') || !one('#apps-empty').hidden)")
            .await;
    }

    /// Waits until a condition, a JavaScript expression, holds.
    pub(crate) async fn until(&self, condition: &str) {
        self.until_with(condition, json!(null)).await;
    }

    /// Waits until a condition holds that depends on a value, `args[0]`.
    pub(crate) async fn until_with(&self, condition: &str, value: Value) {
        let script = format!(
            "{WORDS} const done = args.pop();
             const look = () => {{ if ({condition}) done(true); else requestAnimationFrame(look); }};
             look();"
        );
        if let Err(error) = self.client.execute_async(&script, vec![value]).await {
            self.give_up(condition, &error).await;
        }
    }

    async fn give_up(&self, condition: &str, error: &CmdError) -> ! {
        let picture = self.picture("failed.png").await;
        let log = self.value(
            "all('#log > *, .notice').map((line) => line.textContent).slice(-10).join('\\n')",
        );
        panic!(
            "the page did not come to `{condition}`: {error}\nthe page: {}\nits last lines and notices: {}",
            picture.display(),
            log.await
        );
    }

    /// Returns the value of a JavaScript expression.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        self.run(&format!("return {expression};"), json!(null))
            .await
    }

    /// Runs JavaScript statements with a value, `args[0]`.
    pub(crate) async fn run(&self, statements: &str, value: Value) -> Value {
        let script = format!("{WORDS} {statements}");
        let ran = self.client.execute(&script, vec![value]).await;
        ran.unwrap_or_else(|error| panic!("`{statements}` failed: {error}"))
    }

    /// Waits until an element is shown and enabled, and clicks it like a mouse. The click fails if
    /// another element covers it.
    pub(crate) async fn click(&self, selector: &str) {
        self.until_with(
            "one(args[0])?.checkVisibility() && !one(args[0]).disabled",
            json!(selector),
        )
        .await;
        let element = self.client.find(Locator::Css(selector)).await;
        let element = element.unwrap_or_else(|error| panic!("there is no {selector}: {error}"));
        let clicked = element.click().await;
        clicked.unwrap_or_else(|error| panic!("{selector} cannot be clicked: {error}"));
    }

    /// Types keys into an element.
    pub(crate) async fn type_into(&self, selector: &str, keys: &str) {
        let element = self.client.find(Locator::Css(selector)).await;
        let element = element.unwrap_or_else(|error| panic!("there is no {selector}: {error}"));
        let typed = element.send_keys(keys).await;
        typed.unwrap_or_else(|error| panic!("{selector} takes no keys: {error}"));
    }

    /// Types keys into the focused element, like a keyboard.
    pub(crate) async fn type_here(&self, keys: &str) {
        let strokes = |value| [KeyAction::Down { value }, KeyAction::Up { value }];
        let typing = keys.chars().flat_map(strokes);
        let typing = typing.fold(KeyActions::new("keyboard".into()), KeyActions::then);
        let typed = self.client.perform_actions(typing).await;
        typed.unwrap_or_else(|error| panic!("{keys:?} cannot be typed: {error}"));
    }

    /// Presses keys while no element has the focus.
    pub(crate) async fn press(&self, keys: &str) {
        self.run("document.activeElement?.blur();", json!(null))
            .await;
        self.type_into("body", keys).await;
    }

    /// Selects the option of a list with this value.
    pub(crate) async fn choose(&self, selector: &str, value: &str) {
        let list = self.client.find(Locator::Css(selector)).await;
        let list = list.unwrap_or_else(|error| panic!("there is no {selector}: {error}"));
        let chosen = list.select_by_value(value).await;
        chosen.unwrap_or_else(|error| panic!("{selector} has no {value}: {error}"));
    }

    /// Sets the size of the page. Device metrics are used because a window has a minimum width, and
    /// telephones are narrower.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.command("Emulation.setDeviceMetricsOverride", size)
            .await;
        self.until_with(
            "innerWidth === args[0][0] && innerHeight === args[0][1]",
            json!([width, height]),
        )
        .await;
    }

    /// Emulates a browser on a touch screen.
    pub(crate) async fn be_touched(&self) {
        self.command(
            "Emulation.setTouchEmulationEnabled",
            json!({ "enabled": true }),
        )
        .await;
        self.until("matchMedia('(pointer: coarse)').matches").await;
    }

    /// Gives the page access to the clipboard.
    pub(crate) async fn allow_clipboard(&self) {
        let allowed = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        self.command("Browser.grantPermissions", allowed).await;
    }

    /// Sends a command of the DevTools protocol.
    async fn command(&self, name: &str, params: Value) {
        let command = json!({ "cmd": name, "params": params });
        self.driver
            .ask_session(&self.session().await, "goog/cdp/execute", &command);
    }

    pub(crate) async fn reload(&self) {
        self.client.refresh().await.expect("the page loads again");
        self.until("one('#connection').dataset.state === 'live' && app('launcher')")
            .await;
    }

    /// Writes a screenshot to a file under `target/tmp/browser/`.
    pub(crate) async fn picture(&self, name: &str) -> PathBuf {
        let picture = self.client.screenshot().await.expect("the page is drawn");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
        std::fs::create_dir_all(&folder).expect("target/ is writable");
        let file = folder.join(name);
        std::fs::write(&file, picture).expect("target/ is writable");
        file
    }

    /// Returns the browser's errors since the last call: of scripts, policy and network.
    pub(crate) async fn errors(&self) -> Vec<Value> {
        let session = self.session().await;
        let log = self
            .driver
            .ask_session(&session, "se/log", &json!({ "type": "browser" }));
        let mut entries = log.as_array().cloned().expect("the log is a list");
        entries.retain(|entry| entry["level"] == "SEVERE");
        entries
    }

    async fn session(&self) -> String {
        let session = self.client.session_id().await;
        session
            .expect("the browser answers")
            .expect("there is a session")
    }

    /// Makes the page close its socket after the next message that it sends. The console continues
    /// to run.
    pub(crate) async fn hang_up(&self) {
        let watch = "
            const { send } = WebSocket.prototype;
            WebSocket.prototype.send = function (message) {
                WebSocket.prototype.send = send;
                send.call(this, message);
                this.close();
            };";
        self.run(watch, json!(null)).await;
        self.press("x").await;
        self.until("one('#connection').dataset.state === 'lost'")
            .await;
    }

    /// Stops the console and leaves its page open. Returns the console's port.
    pub(crate) fn switch_off(&mut self) -> u16 {
        let console = self.console.take().expect("the console is on");
        console.port()
    }

    /// Boots a console on the port of an earlier one.
    pub(crate) fn switch_on(&mut self, port: u16) {
        self.console = Some(Console::boot(port));
    }
}

fn browser() -> Capabilities {
    let options = json!({ "args": [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    ] });
    let mut capabilities = Capabilities::new();
    capabilities.insert("goog:chromeOptions".into(), options);
    capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
    capabilities
}
