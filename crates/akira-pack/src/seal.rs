use akira_package::{MAX_DOCUMENT, TrustStore, document_message};

use crate::SigningKey;

/// Returns the document that replaces the trust store of a device with `store`. The device accepts
/// the document only if its present store allows `key` to rotate keys.
pub fn seal(store: &TrustStore, key: &SigningKey) -> Vec<u8> {
    let mut room = [0; MAX_DOCUMENT];
    let encoded = store.encode(&mut room);
    let signature = key.sign(&document_message(encoded));
    [encoded, &key.public().id().0, &signature].concat()
}
