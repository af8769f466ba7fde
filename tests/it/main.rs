//! The product from outside: a real process on a real port, a real Postgres as the restricted role.
//!
//! `testapp` starts it, `client`, `browser` and `socket` speak to it, `ledger` looks at the books when a test is done. The other
//! files are tests, one subject each. `SADU_SCALE=full` lets the races, crashes and loads go on for longer.
#![cfg(feature = "dev")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::as_conversions,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests"
)]

mod browser;
mod cast;
mod client;
mod deployment;
mod dns;
mod ledger;
mod node;
mod pictures;
mod places;
mod routes;
mod seed;
mod socket;
mod testapp;
mod tools;

mod actors;
mod anchors;
mod audit;
mod audit_rows;
mod audit_writes;
mod auth;
mod auth_invitations;
mod auth_session;
mod auth_users;
mod authz;
mod authz_rows;
mod bank;
mod bola;
mod bola_bodies;
mod bounds;
mod canary;
mod cards;
mod catalog;
mod cognito;
mod compression;
mod content;
mod crashes;
mod domains;
mod donors;
mod edges;
mod erasure;
mod evidence;
mod find;
mod fuzz;
mod hosts;
mod isolation;
mod keeping;
mod limits;
mod logo;
mod lookup;
mod mail;
mod media;
mod media_form;
mod media_hostile;
mod orders;
mod plan_use;
mod platform;
mod platform_act_as;
mod platform_closing;
mod platform_opening;
mod platform_plans;
mod pooled;
mod processes;
mod public;
mod retries;
mod settings;
mod slow;
mod smuggling;
mod soak;
mod sockets;
mod terms;
mod transfers;
mod worker;
