//! Routes that receive an app image as the raw body of the request.

use akira::InstallError;
use akira::abi::caps;
use akira_peers::Limits;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::error::ApiError;
use super::query::AppName;
use super::routes::Routes;
use super::{IMAGE_LIMIT, Shared, body};
use crate::protocol::Report;
use crate::remote::{Command, DeviceHandle, Image, Refusal, RefusalCause, Upload, hear};

/// Header with the detached signature of an app.
const SIGNATURE: &str = "akira-signature";

/// Maximum size in bytes of a piece that is sent to the device.
const PIECE: usize = 4096;

type Answer = Result<Json<Report>, ApiError>;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/api/apps/install", install)
        .post("/api/v1/apps/inspect", inspect)
}

async fn install(State(shared): State<Shared>, name: Option<AppName>, request: Request) -> Answer {
    let claims = Claims::read(name, request.headers())?;
    let mut received = body::receive(&shared, request, IMAGE_LIMIT).await?;
    let bytes = std::mem::take(&mut received.bytes);
    if let Some(name) = claims.name {
        let signature = claims.signature;
        return install_pieces(&shared.device, &shared.limits, name, signature, bytes).await;
    }
    let upload = Upload::Whole(claims.image(bytes));
    let report = shared
        .device
        .ask(|reply| Command::Install { upload, reply })
        .await??;
    Ok(Json(report))
}

/// Sends an app to the device in pieces, so that the device buffers only one piece of it.
async fn install_pieces(
    device: &DeviceHandle,
    limits: &Limits,
    name: String,
    signature: Option<Vec<u8>>,
    bytes: Vec<u8>,
) -> Answer {
    let (sender, pieces) = mpsc::channel(1);
    let (reply, answer) = oneshot::channel();
    let upload = Upload::Pieces {
        name,
        size: bytes.len() as u32,
        signature,
        pieces,
    };
    device.tell(Command::Install { upload, reply }).await?;
    let fed = timeout(limits.answer, feed(&bytes, sender)).await;
    fed.map_err(|_| Refusal::hung())?;
    Ok(Json(hear(answer).await??))
}

/// Sends the pieces of an image until its end, or until the device stops receiving.
async fn feed(bytes: &[u8], sender: mpsc::Sender<Vec<u8>>) {
    for piece in bytes.chunks(PIECE) {
        if sender.send(piece.into()).await.is_err() {
            break;
        }
    }
}

async fn inspect(State(shared): State<Shared>, name: Option<AppName>, request: Request) -> Answer {
    let claims = Claims::read(name, request.headers())?;
    let mut received = body::receive(&shared, request, IMAGE_LIMIT).await?;
    let image = claims.image(std::mem::take(&mut received.bytes));
    let report = shared
        .device
        .ask(|reply| Command::Inspect { image, reply })
        .await??;
    Ok(Json(report))
}

/// Name and signature in a request with an app.
struct Claims {
    name: Option<String>,
    signature: Option<Vec<u8>>,
}

impl Claims {
    /// Reads and checks the name and the signature before the body is read.
    fn read(name: Option<AppName>, headers: &HeaderMap) -> Result<Self, ApiError> {
        let name = name.map(|AppName(name)| name);
        if name
            .as_deref()
            .is_some_and(|name| caps::AppName::new(name).is_none())
        {
            return Err(Refusal::new(RefusalCause::Invalid, InstallError::Name.to_string()).into());
        }
        let signature = signature(headers)?;
        Ok(Self { name, signature })
    }

    fn image(self, bytes: Vec<u8>) -> Image {
        let Self { name, signature } = self;
        Image {
            name,
            signature,
            bytes,
        }
    }
}

/// Reads the detached signature from the headers: the output of `wasmsign2 sign -S` in base64.
fn signature(headers: &HeaderMap) -> Result<Option<Vec<u8>>, ApiError> {
    let mut values = headers.get_all(SIGNATURE).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let decode = |value: &HeaderValue| BASE64_STANDARD.decode(value).ok();
    match (decode(value), values.next()) {
        (Some(signature), None) => Ok(Some(signature)),
        _ => Err(garbled()),
    }
}

fn garbled() -> ApiError {
    let message = format!(
        "the header {SIGNATURE} is not base64, or occurs twice: send the signature file in base64"
    );
    ApiError::new(StatusCode::BAD_REQUEST, message)
}
