use core::fmt::Write as _;

use heapless::String;
use virtio_drivers::Error;

use crate::virtio::Entropy;

/// The random bytes of a token: as many as nobody tries out.
const BYTES: usize = 16;

/// What whoever uses the command line over the network has to know; another one after each reset.
#[derive(Debug)]
pub(crate) struct Token(String<{ 2 * BYTES }>);

impl Token {
    /// Draws one.
    pub(crate) async fn draw(entropy: &mut Entropy) -> Result<Self, Error> {
        let mut random = [0; BYTES];
        entropy.fill(&mut random).await?;
        let mut digits = String::new();
        for byte in random {
            // There is room for each.
            let _ = write!(digits, "{byte:02x}");
        }
        Ok(Self(digits))
    }

    /// Returns it as it is typed.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
