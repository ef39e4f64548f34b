use core::fmt::Write as _;

use heapless::String;
use virtio_drivers::Error;

use crate::virtio::Entropy;

/// Number of random bytes of a token, so that it cannot be guessed.
const BYTES: usize = 16;

/// Secret that a peer has to send to use the command line over the network; a new one is drawn after each reset.
#[derive(Debug)]
pub(crate) struct Token(String<{ 2 * BYTES }>);

impl Token {
    /// Draws a random token.
    pub(crate) async fn draw(entropy: &mut Entropy) -> Result<Self, Error> {
        let mut random = [0; BYTES];
        entropy.fill(&mut random).await?;
        let mut digits = String::new();
        for byte in random {
            // Cannot fail: the string has room for all digits.
            let _ = write!(digits, "{byte:02x}");
        }
        Ok(Self(digits))
    }

    /// Returns the token as text in hexadecimal.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
