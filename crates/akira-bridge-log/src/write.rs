use crate::{LogSink, Record};
use core::cell::RefCell;
use core::fmt::Write;

/// Sink that writes each line to a serial port, a terminal or another text output, as
/// `milliseconds  app: text`.
///
/// The writer may busy-wait until the text is sent, and nothing else runs meanwhile: at 115 200
/// baud a byte takes 87 us. Text that the writer rejects is lost.
///
/// ```
/// use akira_abi::{AppId, Instant};
/// use akira_bridge_log::{Level, LogSink, Record, WriteSink};
///
/// let sink = WriteSink::new(String::new());
/// sink.write(&Record {
///     app: AppId::new(1),
///     name: "hello",
///     level: Level::Info,
///     time: Instant::from_micros(12_345),
///     text: "up and running",
///     dropped: 0,
/// });
/// assert_eq!(sink.release(), "        12  hello: up and running\r\n");
/// ```
#[derive(Debug)]
pub struct WriteSink<W> {
    writer: RefCell<W>,
}

impl<W: Write> WriteSink<W> {
    /// Creates a sink that writes to `writer`.
    pub const fn new(writer: W) -> Self {
        Self {
            writer: RefCell::new(writer),
        }
    }

    /// Consumes the sink and returns the writer.
    pub fn release(self) -> W {
        self.writer.into_inner()
    }
}

impl<W: Write> LogSink for WriteSink<W> {
    fn write(&self, record: &Record<'_>) {
        let Record {
            name,
            time,
            text,
            dropped,
            ..
        } = record;
        let mut writer = self.writer.borrow_mut();
        // Errors are ignored: the log has no other place to report them.
        if *dropped > 0 {
            let _ = write!(writer, "{:>10}  {name}: ({dropped} lines lost)\r\n", "");
        }
        let _ = write!(writer, "{:>10}  {name}: {text}\r\n", time.as_millis());
    }
}
