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
    Call, ClientBuilder, DownloadRequest, Error, Guid, Held, Link, Organization, RetryPolicy, Table, Target,
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

    /// The target with its table's names, looked up if need be, within `limit`.
    pub(crate) fn with_table(&self, target: Target, limit: Option<Duration>) -> Result<Target, Error> {
        let Some(set) = target.unknown_table() else { return Ok(target) };
        let table = self.table_within(set, limit)?;
        Ok(target.with_table(table))
    }

    /// Which file a column, a note or an attachment holds.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is no such record, [`ErrorKind::Input`](crate::ErrorKind::Input) when it is yet to be made; those of [`Client::call`].
    pub fn held(&self, target: impl Into<Target>) -> Result<Held, Error> {
        self.call(query::held(self.organization(), target)?)
    }

    /// Empty a column, or delete a note or an attachment with all it says. That there is nothing (any more) is fine (X2).
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when it is yet to be made; those of [`Client::call`].
    pub fn delete(&self, target: impl Into<Target>) -> Result<(), Error> {
        self.call(query::delete(self.organization(), target)?)
    }

    /// Delete the file and leave the rest: of a note its title and text stay. That it is gone already is fine (X2).
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when it is yet to be made; those of [`Client::call`].
    pub fn delete_content(&self, target: impl Into<Target>) -> Result<(), Error> {
        self.call(query::delete_content(self.organization(), target)?)
    }

    /// A shared access URL: who has it can download the file without a token, for one hour (getfilesasurl).
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the target is yet to be made; those of [`Client::call`].
    pub fn link(&self, target: impl Into<Target>) -> Result<Link, Error> {
        self.call(query::link(self.organization(), target)?)
    }

    /// Delete a file by its id. That it is gone already is fine (X3).
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub fn delete_file(&self, file_id: &Guid) -> Result<(), Error> {
        self.call(query::delete_file(self.organization(), file_id))
    }

    /// Upload a path, bytes or any [`Source`](crate::Source) into a [`Column`](crate::Column), a [`Note`](crate::Note) or an
    /// [`Attachment`](crate::Attachment). Nothing happens before it is run.
    pub fn upload<'a>(
        &self,
        target: impl Into<Target>,
        source: impl Into<UploadSource>,
    ) -> UploadRequest<'a> {
        UploadRequest::new(self.clone(), target.into(), source.into())
    }

    /// Download what a [`Column`](crate::Column), a [`Note`](crate::Note) or an [`Attachment`](crate::Attachment) holds.
    /// Nothing happens before one of the request's last methods is called.
    pub fn download<'a>(&self, target: impl Into<Target>) -> DownloadRequest<'a> {
        DownloadRequest::new(self.clone(), target.into())
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
