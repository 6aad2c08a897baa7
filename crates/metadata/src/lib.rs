//! What the service says about tables, columns and files: each question is a function that returns a
//! [`Call`](dataverse_files_proto::Call) of proto, and either adapter's `client.call(…)` carries it out.
//!
//! Not here: sockets, a cache, decisions about transfers. Sizes carry their unit in their name, because the
//! service counts limits in KB (of 1,024 bytes) and files in bytes.
//!
//! ```
//! use dataverse_files_metadata as metadata;
//! use dataverse_files_proto::{Organization, Table};
//!
//! let contoso = Organization::new("https://contoso.crm.dynamics.com")?;
//! let account = Table::new("account", "accountid")?;
//! let call = metadata::column(&contoso, &account, "sample_filecolumn");
//! # let _ = call;
//! # Ok::<(), dataverse_files_proto::Error>(())
//! ```
mod column;
mod details;
mod request;

pub use column::{ColumnDefinition, ColumnKind, column};
pub use details::{FileDetails, file_details};

#[cfg(test)]
mod tests {
    use dataverse_files_proto::{Call, Error, Input, Moment, Organization, Output, Session, Table};

    pub(crate) fn contoso() -> Organization {
        Organization::new("https://contoso.crm.dynamics.com").unwrap()
    }

    pub(crate) fn account() -> Table {
        Table::new("account", "accountid").unwrap()
    }

    /// Carry a call out with these answers, in order: what was asked, and what came of it.
    pub(crate) fn answer<T>(mut call: Call<T>, bodies: &[&str]) -> (Vec<String>, Result<T, Error>) {
        let (mut asked, mut bodies) = (Vec::new(), bodies.iter());
        loop {
            match call.poll(Moment::default()) {
                Output::Send(sent) => {
                    assert_eq!(sent.request.headers()["odata-version"], "4.0");
                    asked.push(sent.request.uri().path_and_query().unwrap().to_string());
                    let body = bodies.next().expect("an answer for each question").to_string();
                    let (head, ()) = http::Response::new(()).into_parts();
                    for input in [Input::Head(head), Input::Chunk(body.into()), Input::End] {
                        call.handle(Moment::default(), sent.id, input);
                    }
                }
                Output::Done(result) => return (asked, result),
                Output::Event(_) | Output::Wait(_) => {}
            }
        }
    }
}
