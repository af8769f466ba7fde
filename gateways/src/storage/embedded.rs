//! An S3 server inside this process, for `sadu dev` and tests: files in a folder, signatures checked, browsers let in. It keeps no
//! versions, and what it refuses for a wrong sum lies there all the same: the worker compares sums once more. Behind the feature `embedded`.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::thread::JoinHandle;

use hyper::body::Incoming;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::sync::oneshot;

use super::objects::ObjectsConfig;

const BUCKET: &str = "sadu";
const KEY: &str = "embedded";
/// How long a browser remembers that it may come.
const REMEMBER: HeaderValue = HeaderValue::from_static("600");

/// A running server; it ends when this is dropped.
#[derive(Debug)]
pub struct EmbeddedS3 {
    address: SocketAddr,
    secret: String,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl EmbeddedS3 {
    /// Starts a server with one bucket in this folder, on a free port of the loopback and a thread of its own.
    ///
    /// # Errors
    /// When the folder or the port is not to be had.
    pub fn start(folder: &Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder.join(BUCKET))?;
        // Like the port, a new one each time: only this process knows it.
        let secret = hex::encode(rand::random::<[u8; 16]>());
        let files = s3s_fs::FileSystem::new(folder)
            .map_err(|error| std::io::Error::other(format!("{error:?}")))?;
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(KEY, secret.clone()));
        let service = builder.build();
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (end, ended) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("s3".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    tokio::select! {
                        _ = ended => {}
                        served = serve(listener, service) => if let Err(error) = served {
                            tracing::error!(%error, "the embedded S3 ended");
                        },
                    }
                });
            })?;
        Ok(Self {
            address,
            secret,
            end: Some(end),
            thread: Some(thread),
        })
    }

    /// How to reach its bucket.
    #[must_use]
    pub fn config(&self) -> ObjectsConfig {
        ObjectsConfig {
            bucket: BUCKET.to_owned(),
            endpoint: Some(format!("http://{}", self.address)),
            public_endpoint: None,
            credentials: Some((KEY.to_owned(), self.secret.clone().into())),
        }
    }
}

impl Drop for EmbeddedS3 {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            let _ = end.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn serve(listener: TcpListener, service: S3Service) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let service = service.clone();
        tokio::spawn(async move {
            let answer = service_fn(move |request| answer(service.clone(), request));
            // A peer that went away is no news.
            let _ = auto::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

/// S3's answer, and what lets a page of another origin read it.
async fn answer(
    service: S3Service,
    request: Request<Incoming>,
) -> Result<Response<s3s::Body>, Infallible> {
    let asked = request.headers().contains_key(header::ORIGIN);
    let mut response = if asked && request.method() == Method::OPTIONS {
        let mut response = Response::new(s3s::Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response
    } else {
        match service.call(request.map(s3s::Body::from)).await {
            Ok(response) => response,
            Err(error) => {
                tracing::error!(?error, "the embedded S3 failed");
                let mut response = Response::new(s3s::Body::empty());
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                response
            }
        }
    };
    if asked {
        allow(response.headers_mut());
    }
    Ok(response)
}

/// Who comes is told by the signature; where from does not matter.
fn allow(headers: &mut hyper::HeaderMap) {
    const ALLOWED: [(HeaderName, HeaderValue); 4] = [
        (
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        ),
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, HEAD, PUT"),
        ),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("content-type, if-none-match, x-amz-checksum-sha256"),
        ),
        (header::ACCESS_CONTROL_MAX_AGE, REMEMBER),
    ];
    headers.extend(ALLOWED);
}
