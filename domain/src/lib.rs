//! What things are: types and rules, no I/O, no async.
//!
//! In reading order: [`ids`], [`lang`], [`money`]; the people and places: [`tenant`], [`opening`], [`plan`], [`settings`],
//! [`bank`], [`terms`], [`brand`], [`access`], [`member`], [`catalog`], [`content`]; what happens: [`order`], [`payment`], [`proof`], [`transfer`], [`refund`],
//! [`event`], [`job`], [`changes`], [`erasure`]; what is counted: [`zakat`]; texts: [`amount`], [`words`], [`arabic`], [`hijri`], [`text`], [`markdown`],
//! [`phone`], [`email`], [`iban`], [`mod@reference`]; what can go wrong: [`error`] and its texts in [`messages`].
//!
//! Nothing here knows HTTP, SQL or actors. Texts from outside become types by a `parse`; what has the type obeys the rule.

pub mod access;
pub mod amount;
pub mod arabic;
pub mod bank;
pub mod brand;
pub mod catalog;
pub mod changes;
pub mod colour;
pub mod content;
pub mod email;
pub mod erasure;
pub mod error;
pub mod event;
pub mod form;
pub mod hijri;
pub mod host;
pub mod iban;
pub mod ids;
pub mod job;
pub mod lang;
pub mod limits;
pub mod markdown;
pub mod media;
pub mod member;
pub mod messages;
pub mod money;
pub mod opening;
pub mod order;
pub mod payment;
pub mod phone;
pub mod pii;
pub mod plan;
pub mod proof;
pub mod reference;
pub mod refund;
pub mod reveal;
pub mod settings;
pub mod tenant;
pub mod terms;
pub mod text;
pub mod transfer;
mod wire_enum;
pub mod words;
pub mod zakat;

pub use wire_enum::UnknownWord;
