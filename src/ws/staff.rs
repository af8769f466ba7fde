//! `StaffSession`: one staff socket. It says hello with the last number it has shown, gets everything after it, then live.
//!
//! Bounds live elsewhere: the hub stops pushing past the un-acked window, the listener's `TCP_USER_TIMEOUT` ends a peer that
//! stops reading (such a peer freezes this actor, heartbeat and all). Who is signed in is looked at again every few seconds.

use std::time::{Duration, Instant};

use actix::prelude::*;
use actix_web::{HttpRequest, HttpResponse, web};
use actix_web_actors::ws::{self, CloseCode, CloseReason, Message, ProtocolError};
use chrono::Utc;
use sadu_actors::{Deliver, Resume, Standing, Subscription, TenantHandle, Welcome};
use sadu_domain::error::Code;
use sadu_domain::limits::Limits;

use crate::auth::session::CACHE_LIFE;
use crate::auth::{Auth, Identity, SocketIdentity};
use crate::error::ApiError;
use crate::middleware::tenant::TenantRef;
use crate::state::App;
use crate::ws::frames::{ClientFrame, HEARTBEAT_S, ResetFrame, UserFrame, WelcomeFrame};
use crate::ws::sockets::{Replaced, Seat, Sockets};

/// Largest frame of a client, in bytes (security.md, INP-12).
const FRAME: usize = 16 * 1024;
/// Frames waiting for the socket: it is frozen while its peer does not read.
const MAILBOX: usize = 32;
/// The server's own ping.
const PING: Duration = Duration::from_secs(25);
/// Silence after which the peer is gone.
const DEAD: Duration = Duration::from_secs(60);
/// How often the identity is looked at again.
const RECHECK: Duration = Duration::from_millis(2500);
// What an administrator takes away is gone from sockets within five seconds (AUT-5), cache and all.
const _: () = assert!(RECHECK.as_millis() + CACHE_LIFE.as_millis() <= 5000);
/// How often it is looked whether the tenant is still in service: two loads of memory.
const IN_SERVICE: Duration = Duration::from_secs(1);
/// When to come back where a tenant has all of its sockets open.
const FULL: Duration = Duration::from_secs(30);
/// How long a client may take to say hello.
const HELLO: Duration = Duration::from_secs(10);
/// Messages a client may send: 20 a second, 40 at once (security.md, INP-12).
const RATE: f64 = 20.0;
const BURST: f64 = 40.0;

/// Opens the socket of the inbox.
///
/// # Errors
/// 401, 403, 429 before the upgrade; 400 when it is no WebSocket.
pub async fn inbox(
    who: SocketIdentity,
    tenant: TenantRef,
    auth: web::Data<Auth>,
    app: web::Data<App>,
    request: HttpRequest,
    stream: web::Payload,
) -> actix_web::Result<HttpResponse> {
    let limits = tenant.snapshot().tenant.settings.limits;
    let most = Limits::scaled(limits.sockets, app.site.rate_factor);
    let of_user = Limits::scaled(limits.sockets_per_user, app.site.rate_factor);
    let user = who.identity.user_id;
    if !(app.sockets).has_room(tenant.id(), user, most, of_user) {
        return Err(ApiError::later(Code::RateLimited, FULL).into());
    }
    let session = StaffSession {
        tenant: tenant.0.clone(),
        auth: auth.get_ref().clone(),
        identity: who.identity,
        sockets: app.sockets.clone(),
        of_user,
        seat: None,
        subscription: None,
        subscribing: false,
        heard: Instant::now(),
        opened: Instant::now(),
        allowance: BURST,
        refilled: Instant::now(),
    };
    let protocols: &[&str] = match &who.protocol {
        Some(_) => &[crate::auth::socket::PROTOCOL],
        None => &[],
    };
    let mut builder = ws::WsResponseBuilder::new(session, &request, stream).frame_size(FRAME);
    if !protocols.is_empty() {
        builder = builder.protocols(protocols);
    }
    builder.start()
}

struct StaffSession {
    tenant: TenantHandle,
    auth: Auth,
    identity: Identity,
    sockets: Sockets,
    of_user: u32,
    seat: Option<Seat>,
    subscription: Option<Subscription>,
    subscribing: bool,
    heard: Instant,
    opened: Instant,
    allowance: f64,
    refilled: Instant,
}

impl StaffSession {
    fn close(ctx: &mut ws::WebsocketContext<Self>, code: CloseCode, reason: Option<String>) {
        ctx.close(Some(CloseReason {
            code,
            description: reason,
        }));
        ctx.stop();
    }

    fn restarting(ctx: &mut ws::WebsocketContext<Self>) {
        let retry = rand::random_range(200..3000);
        Self::close(
            ctx,
            CloseCode::Restart,
            Some(format!("{{\"retry_after_ms\":{retry}}}")),
        );
    }

    fn too_slow(ctx: &mut ws::WebsocketContext<Self>) {
        Self::close(ctx, CloseCode::Again, Some("resume".to_owned()));
    }

    fn not_allowed(ctx: &mut ws::WebsocketContext<Self>) {
        Self::close(ctx, CloseCode::Policy, Some("not allowed".to_owned()));
    }

    /// False when the client says too much at once.
    fn admit(&mut self) -> bool {
        let now = Instant::now();
        self.allowance =
            (self.allowance + now.duration_since(self.refilled).as_secs_f64() * RATE).min(BURST);
        self.refilled = now;
        self.allowance -= 1.0;
        self.allowance >= 0.0
    }

    fn hello(&mut self, from: Resume, ctx: &mut ws::WebsocketContext<Self>) {
        if self.subscription.is_some() || self.subscribing {
            return;
        }
        self.subscribing = true;
        let (tenant, to) = (self.tenant.clone(), ctx.address().recipient());
        // Subscribed a moment after the welcome is known, so that no event overtakes it: the hub sends only after this answer,
        // and its frames queue behind it in this actor's mailbox.
        let work = async move { tenant.subscribe(to, from).await };
        ctx.wait(work.into_actor(self).map(move |subscribed, act, ctx| {
            act.subscribing = false;
            match subscribed {
                Ok((subscription, welcome)) => act.welcome(subscription, welcome, ctx),
                Err(_) => Self::restarting(ctx),
            }
        }));
    }

    fn welcome(
        &mut self,
        subscription: Subscription,
        welcome: Welcome,
        ctx: &mut ws::WebsocketContext<Self>,
    ) {
        let user = UserFrame {
            id: self.identity.user_id.to_string(),
            name: &self.identity.name,
            role: self.identity.role.as_str(),
        };
        let frame = WelcomeFrame {
            kind: "welcome",
            seq: welcome.seq,
            epoch: welcome.epoch,
            user,
            heartbeat_s: HEARTBEAT_S,
            server_time: Utc::now(),
        };
        send(ctx, &frame);
        if welcome.reset {
            send(
                ctx,
                &ResetFrame {
                    kind: "reset",
                    seq: welcome.seq,
                },
            );
        }
        self.subscription = Some(subscription);
    }

    fn heard_frame(&mut self, text: &str, ctx: &mut ws::WebsocketContext<Self>) {
        if !self.admit() {
            Self::not_allowed(ctx);
            return;
        }
        match serde_json::from_str(text).unwrap_or(ClientFrame::Unknown) {
            ClientFrame::Hello { after_seq, epoch } => self.hello(Resume { after_seq, epoch }, ctx),
            ClientFrame::Ack { seq } => {
                if let Some(subscription) = &self.subscription {
                    subscription.ack(seq);
                }
                self.auth.still_here(&self.tenant, &self.identity);
            }
            ClientFrame::Presence {} => self.auth.still_here(&self.tenant, &self.identity),
            ClientFrame::Ping {} => ctx.text(r#"{"type":"pong"}"#),
            ClientFrame::Unknown => {}
        }
    }

    fn recheck(&mut self, ctx: &mut ws::WebsocketContext<Self>) {
        let (auth, tenant, identity) = (
            self.auth.clone(),
            self.tenant.clone(),
            self.identity.clone(),
        );
        let work = async move { auth.recheck(&tenant, &identity).await };
        ctx.spawn(work.into_actor(self).map(|now, act, ctx| match now {
            Ok(Some(now)) if now.role == act.identity.role && now.mfa == act.identity.mfa => {
                act.identity = now
            }
            // What could not be asked is asked again in a moment.
            Err(crate::auth::Denied::Busy) => {}
            _ => Self::not_allowed(ctx),
        }));
    }

    fn tick(&mut self, ctx: &mut ws::WebsocketContext<Self>) {
        let late =
            self.subscription.is_none() && !self.subscribing && self.opened.elapsed() > HELLO;
        let standing = self.subscription.as_ref().map(Subscription::standing);
        if self.heard.elapsed() > DEAD || late {
            ctx.stop();
        } else if standing == Some(Standing::Gone) || !self.tenant.is_awake() {
            Self::restarting(ctx);
        } else if standing == Some(Standing::TooSlow) {
            // It reads again, but the message that gave it up had no room: it must not go on with a hole.
            Self::too_slow(ctx);
        } else {
            self.recheck(ctx);
        }
    }
}

fn send(ctx: &mut ws::WebsocketContext<StaffSession>, frame: &impl serde::Serialize) {
    if let Ok(text) = serde_json::to_string(frame) {
        ctx.text(text);
    }
}

impl Actor for StaffSession {
    type Context = ws::WebsocketContext<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
        let (tenant, user) = (self.tenant.id(), self.identity.user_id);
        let socket = ctx.address().recipient();
        self.seat = Some(self.sockets.sit(tenant, user, socket, self.of_user));
        ctx.run_interval(RECHECK, Self::tick);
        ctx.run_interval(IN_SERVICE, |act, ctx| {
            if !act.tenant.serves_pages() {
                Self::not_allowed(ctx);
            }
        });
        ctx.run_interval(PING, |_, ctx| ctx.ping(b""));
        metrics::gauge!("staff_sockets").increment(1.0);
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.seat = None;
        metrics::gauge!("staff_sockets").decrement(1.0);
    }
}

impl Handler<Deliver> for StaffSession {
    type Result = ();
    fn handle(&mut self, deliver: Deliver, ctx: &mut Self::Context) {
        match deliver {
            Deliver::Frame(text) => ctx.text(text),
            Deliver::TooSlow => Self::too_slow(ctx),
            Deliver::Restarting => Self::restarting(ctx),
        }
    }
}

impl Handler<Replaced> for StaffSession {
    type Result = ();
    fn handle(&mut self, _: Replaced, ctx: &mut Self::Context) {
        Self::close(ctx, CloseCode::Policy, Some("replaced".to_owned()));
    }
}

impl StreamHandler<Result<Message, ProtocolError>> for StaffSession {
    fn handle(&mut self, message: Result<Message, ProtocolError>, ctx: &mut Self::Context) {
        self.heard = Instant::now();
        match message {
            Ok(Message::Text(text)) => self.heard_frame(&text, ctx),
            Ok(Message::Ping(payload)) => ctx.pong(&payload),
            Ok(Message::Close(reason)) => {
                ctx.close(reason);
                ctx.stop();
            }
            Ok(Message::Binary(_) | Message::Continuation(_)) => {
                Self::close(ctx, CloseCode::Unsupported, None)
            }
            Ok(Message::Pong(_) | Message::Nop) => {}
            Err(error) => {
                tracing::debug!(error = %error, "a socket broke");
                ctx.stop();
            }
        }
    }

    fn finished(&mut self, ctx: &mut Self::Context) {
        ctx.stop();
    }
}
