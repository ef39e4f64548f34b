use crate::MAX_TOPIC;
use akira_abi::Errno;
use heapless::String;

pub(crate) type Topic = String<MAX_TOPIC>;

/// Checks a topic: 1 to [`MAX_TOPIC`] bytes.
pub(crate) fn topic(name: &str) -> Result<Topic, Errno> {
    if name.is_empty() {
        return Err(Errno::EINVAL);
    }
    Topic::try_from(name).map_err(|_| Errno::EINVAL)
}
