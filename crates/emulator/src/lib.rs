//! The binary half of the Microsoft Dataverse Web API on loopback: strict, with faults on request.
//!
//! ```text
//!  socket ─▶ server ─intake?─▶ core        the core says what to do with a body before it is read
//!              │ body ─▶ store (blobs)     bytes go past the core, never through it
//!              └─handle─▶ core ─▶ Reply { response, changes, freed }
//!  socket ◀── server ◀─ store.apply(changes), then the response's payload is streamed from the store
//! ```
//!
//! | room | what |
//! |---|---|
//! | [`core`] | the organization as a pure state machine |
//! | [`store`] | where bytes and rows are kept: in memory, or in a folder that survives being killed |
//! | [`images`] | what an image is, told by its bytes, and its thumbnail |
//! | [`intake`] | bodies on their way into a store |
//! | [`faults`] | what goes wrong on request, by seed or by script |
//! | [`audit`] | what a client did wrong though it got away with it |
//! | `server` | all of it on sockets (feature `server`, on by default) |
//!
//! Not here: anything of the client. Both sides are written from the same text and meet only in tests.
pub mod audit;
pub mod core;
pub mod faults;
pub mod images;
pub mod intake;
pub mod kind;
pub mod payload;
mod random;
#[cfg(feature = "server")]
pub mod server;
pub mod store;

#[cfg(feature = "server")]
pub use server::Emulator;
