//! The peer of P1: actix-web with nothing around it, answering the same bytes with as many headers. A process of its own
//! (`sadu-loadtests bare PORT WORKERS FILE`), so that it is pinned and metered like the product.

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Context;

use crate::load::Answer;

/// Serves the answer kept in `FILE` on every path.
///
/// # Errors
/// When an argument is missing or the port is taken.
pub(crate) fn serve(arguments: &[String]) -> anyhow::Result<()> {
    let [_, port, workers, file] = arguments else {
        anyhow::bail!("bare PORT WORKERS FILE");
    };
    let port: u16 = port.parse()?;
    let workers: usize = workers.parse()?;
    let bytes = std::fs::read(file)?;
    let answer = Answer::parse(&bytes).context("the file is no HTTP answer")?;
    let headers: Vec<(HeaderName, HeaderValue)> = std::str::from_utf8(answer.head)?
        .lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(name, _)| !matches!(*name, "content-length" | "date"))
        .filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?)))
        .collect();
    let body = web::Bytes::copy_from_slice(answer.body);
    actix_web::rt::System::new().block_on(async move {
        HttpServer::new(move || {
            let (headers, body) = (headers.clone(), body.clone());
            App::new().default_service(web::to(move || {
                let mut answer = HttpResponse::Ok();
                for (name, value) in &headers {
                    answer.insert_header((name.clone(), value.clone()));
                }
                let answer = answer.body(body.clone());
                async move { answer }
            }))
        })
        .workers(workers)
        .backlog(4096)
        .bind(("127.0.0.1", port))?
        .run()
        .await
    })?;
    Ok(())
}
