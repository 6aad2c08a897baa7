//! The client: one organization, one token source, one pool of connections, one pace.
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use dataverse_files_io::UploadSource;

use crate::builder::random;
use crate::drive::{Drive, Step};
use crate::exchange::Wire;
use crate::hooks::NoHooks;
use crate::tables::Tables;
use crate::{
    Call, ClientBuilder, Column, DownloadRequest, Error, Guid, Held, Organization, RetryPolicy, Table,
    UploadRequest, query,
};

/// Moves files into and out of one organization. Clones are the same client.
///
/// ```no_run
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use std::path::Path;
/// use dataverse_files_ureq::{Client, Column};
///
/// let client = Client::builder("https://contoso.crm.dynamics.com")?.token("eyJ0...").build()?;
/// let column: Column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse()?;
/// client.upload(&column, Path::new("25mb.pdf")).parallel(8).run()?;
/// client.download(&column).to_file("copy.pdf")?;
/// client.delete(&column)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    wire: Arc<Wire>,
    retry: RetryPolicy,
    affinity: bool,
    tables: Tables,
}

impl Client {
    /// Settings for an organization: `https://<name>.crm<n>.dynamics.com`, or `http://` on this machine.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the text is no such URL.
    pub fn builder(url: &str) -> Result<ClientBuilder, Error> {
        ClientBuilder::new(url)
    }

    pub(crate) fn new(wire: Wire, retry: RetryPolicy, affinity: bool) -> Self {
        let inner = Inner { wire: Arc::new(wire), retry, affinity, tables: Tables::default() };
        Self { inner: Arc::new(inner) }
    }

    /// The organization, as queries want it.
    #[must_use]
    pub fn organization(&self) -> &Organization {
        &self.inner.wire.organization
    }

    /// Ask a small question, with this client's retry policy.
    ///
    /// ```no_run
    /// # fn example(client: dataverse_files_ureq::Client) -> Result<(), dataverse_files_ureq::Error> {
    /// use dataverse_files_ureq::query;
    /// let table = client.call(query::table(client.organization(), "accounts")?)?;
    /// # let _ = table;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of the question, [`ErrorKind::Transport`](crate::ErrorKind::Transport) and the like when it could not be asked.
    pub fn call<T>(&self, call: Call<T>) -> Result<T, Error> {
        self.call_within(call, None)
    }

    fn call_within<T>(&self, call: Call<T>, limit: Option<Duration>) -> Result<T, Error> {
        let call = call.with_retry(self.policy(limit));
        let mut drive = Drive::new(&self.inner.wire, call, Arc::new(Bytes::new()), NoHooks);
        loop {
            if let Step::Done(answer) = drive.next()? {
                return Ok(answer);
            }
        }
    }

    /// A table's names, asked for once in this client's life.
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when `set` is no name; those of [`query::table`].
    pub fn table(&self, set: &str) -> Result<Table, Error> {
        self.table_within(set, None)
    }

    fn table_within(&self, set: &str, limit: Option<Duration>) -> Result<Table, Error> {
        let call = query::table(self.organization(), set)?;
        let until = limit.and_then(|limit| Instant::now().checked_add(limit));
        self.inner.tables.get(set, until, |left| self.call_within(call, left))
    }

    /// The column with its table's names, looked up if need be, within `limit`.
    pub(crate) fn with_table(&self, column: Column, limit: Option<Duration>) -> Result<Column, Error> {
        let table = self.table_within(column.set(), limit)?;
        Ok(column.with_table(table))
    }

    /// Which file a column holds.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is no such record; those of [`Client::call`].
    pub fn held(&self, column: &Column) -> Result<Held, Error> {
        self.call(query::held(self.organization(), column))
    }

    /// Empty a column. That it is empty already is fine (X2).
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn delete(&self, column: &Column) -> Result<(), Error> {
        self.call(query::delete(self.organization(), column))
    }

    /// Delete a file by its id. That it is gone already is fine (X3).
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn delete_file(&self, file_id: &Guid) -> Result<(), Error> {
        self.call(query::delete_file(self.organization(), file_id))
    }

    /// Upload a path, bytes or any [`Source`](crate::Source) into a column. Nothing happens before it is run.
    pub fn upload<'a>(&self, column: &Column, source: impl Into<UploadSource>) -> UploadRequest<'a> {
        UploadRequest::new(self.clone(), column.clone(), source.into())
    }

    /// Download what a column holds. Nothing happens before one of the request's last methods is called.
    pub fn download<'a>(&self, column: &Column) -> DownloadRequest<'a> {
        DownloadRequest::new(self.clone(), column.clone())
    }

    pub(crate) fn wire(&self) -> &Arc<Wire> {
        &self.inner.wire
    }

    pub(crate) fn affinity(&self) -> bool {
        self.inner.affinity
    }

    /// The retry policy of one session.
    pub(crate) fn policy(&self, deadline: Option<Duration>) -> RetryPolicy {
        let mut policy = RetryPolicy { seed: random(), ..self.inner.retry.clone() };
        policy.deadline = deadline.or(policy.deadline);
        policy
    }
}

impl fmt::Debug for Client {
    /// Without the token source.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("organization", self.organization()).finish_non_exhaustive()
    }
}
