use akira_package::{MAX_DOCUMENT, TrustStore, document_message};

use crate::SigningKey;

/// Makes the document by which a device that trusts `key` to rotate keys comes to trust `store`.
pub fn seal(store: &TrustStore, key: &SigningKey) -> Vec<u8> {
    let mut room = [0; MAX_DOCUMENT];
    let encoded = store.encode(&mut room);
    let signature = key.sign(&document_message(encoded));
    [encoded, &key.public().id().0, &signature].concat()
}
