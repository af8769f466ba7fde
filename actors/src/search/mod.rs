//! Search within one tenant, in memory: in words of both languages, forgiving spelling (domain.md 13).
//!
//! `words` says how a text becomes words and a word its forms and trigrams; [`SearchIndex`] holds which document has which word.
//! Pure: built from texts, asked with a text, no I/O and no clock. The catalog of a snapshot builds one the first time it is
//! searched and keeps it as long as the catalog; whoever answers questions later indexes other texts the same way.
//!
//! Row Level Security keeps text operators away from indexes in Postgres, so this is not a cache of a better place: it is the place.

mod index;
mod words;

pub use index::{Builder, SearchIndex};
