//! The part of OData 4.0 that the Web API's file work needs: URLs in, plain structs out.
//!
//! Nothing here knows tables or records; names are checked by whoever owns them.
pub(in crate::core) mod arguments;
pub(in crate::core) mod filter;
mod lexer;
pub(in crate::core) mod literal;
pub(in crate::core) mod options;
mod parser;
pub(in crate::core) mod query;
