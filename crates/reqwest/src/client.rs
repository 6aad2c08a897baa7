//! The client: one organization, one token source, one pool of connections, one pace.
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use dataverse_files_io::UploadSource;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use crate::builder::random;
use crate::drive::{Drive, Step};
use crate::exchange::Wire;
use crate::hooks::NoHooks;
use crate::{
    Call, ClientBuilder, DownloadRequest, Error, ErrorKind, Guid, Held, Link, Organization, RetryPolicy,
    Table, Target, UploadRequest, query,
};

/// Moves files into and out of one organization. Clones are the same client.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use std::path::Path;
/// use dataverse_files_reqwest::{Client, Column};
///
/// let client = Client::builder("https://contoso.crm.dynamics.com")?.token("eyJ0...").build()?;
/// let column: Column = "accounts(00000000-0000-0000-0000-000000000001)/sample_filecolumn".parse()?;
/// client.upload(&column, Path::new("25mb.pdf")).parallel(8).await?;
/// client.download(&column).to_file("copy.pdf").await?;
/// client.delete(&column).await?;
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
    /// By set name; a cell is filled once, however many wait for it.
    tables: Mutex<HashMap<String, Arc<OnceCell<Table>>>>,
}

impl Client {
    /// Settings for an organization: `https://<name>.crm<n>.dynamics.com`, or `http://` on this machine.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] when the text is no such URL.
    pub fn builder(url: &str) -> Result<ClientBuilder, Error> {
        ClientBuilder::new(url)
    }

    pub(crate) fn new(wire: Wire, retry: RetryPolicy, affinity: bool) -> Self {
        let inner = Inner { wire: Arc::new(wire), retry, affinity, tables: Mutex::default() };
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
    /// # async fn example(client: dataverse_files_reqwest::Client) -> Result<(), dataverse_files_reqwest::Error> {
    /// use dataverse_files_reqwest::query;
    /// let table = client.call(query::table(client.organization(), "accounts")?).await?;
    /// # let _ = table;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of the question, [`ErrorKind::Transport`] and the like when it could not be asked.
    pub async fn call<T: Send>(&self, call: Call<T>) -> Result<T, Error> {
        let call = call.with_retry(self.policy(None));
        let mut drive = Drive::new(&self.inner.wire, call, Arc::new(Bytes::new()), NoHooks);
        loop {
            if let Step::Done(answer) = drive.next().await? {
                return Ok(answer);
            }
        }
    }

    /// A table's names, asked for once in this client's life.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] when `set` is no name; those of [`query::table`].
    pub async fn table(&self, set: &str) -> Result<Table, Error> {
        let call = query::table(self.organization(), set)?;
        let cell = {
            let mut tables = self.inner.tables.lock().unwrap_or_else(PoisonError::into_inner);
            tables.entry(set.to_owned()).or_default().clone()
        };
        cell.get_or_try_init(|| self.call(call)).await.cloned()
    }

    /// The target with its table's names, looked up if need be, within `limit`.
    pub(crate) async fn with_table(&self, target: Target, limit: Option<Duration>) -> Result<Target, Error> {
        let Some(set) = target.unknown_table() else { return Ok(target) };
        let table = self.table(set);
        let table = match limit {
            None => table.await,
            Some(limit) => timeout(limit, table).await.unwrap_or_else(|_| Err(out_of_time())),
        };
        let table = table?;
        Ok(target.with_table(table))
    }

    /// Which file a column, a note or an attachment holds.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is no such record, [`ErrorKind::Input`] when it is yet to be made; those of [`Client::call`].
    pub async fn held(&self, target: impl Into<Target>) -> Result<Held, Error> {
        self.call(query::held(self.organization(), target)?).await
    }

    /// Empty a column, or delete a note or an attachment with all it says. That there is nothing (any more) is fine (X2).
    ///
    /// # Errors
    /// [`ErrorKind::Input`] when it is yet to be made; those of [`Client::call`].
    pub async fn delete(&self, target: impl Into<Target>) -> Result<(), Error> {
        self.call(query::delete(self.organization(), target)?).await
    }

    /// Delete the file and leave the rest: of a note its title and text stay. That it is gone already is fine (X2).
    ///
    /// # Errors
    /// [`ErrorKind::Input`] when it is yet to be made; those of [`Client::call`].
    pub async fn delete_content(&self, target: impl Into<Target>) -> Result<(), Error> {
        self.call(query::delete_content(self.organization(), target)?).await
    }

    /// A shared access URL: who has it can download the file without a token, for one hour (getfilesasurl).
    ///
    /// # Errors
    /// [`ErrorKind::Input`] when the target is yet to be made; those of [`Client::call`].
    pub async fn link(&self, target: impl Into<Target>) -> Result<Link, Error> {
        self.call(query::link(self.organization(), target)?).await
    }

    /// Delete a file by its id. That it is gone already is fine (X3).
    ///
    /// # Errors
    /// Those of [`Client::call`].
    pub async fn delete_file(&self, file_id: &Guid) -> Result<(), Error> {
        self.call(query::delete_file(self.organization(), file_id)).await
    }

    /// Upload a path, bytes or any [`Source`](crate::Source) into a [`Column`](crate::Column), a [`Note`](crate::Note) or an
    /// [`Attachment`](crate::Attachment). Nothing happens before it is awaited.
    pub fn upload<'a>(
        &self,
        target: impl Into<Target>,
        source: impl Into<UploadSource>,
    ) -> UploadRequest<'a> {
        UploadRequest::new(self.clone(), target.into(), source.into())
    }

    /// Download what a [`Column`](crate::Column), a [`Note`](crate::Note) or an [`Attachment`](crate::Attachment) holds.
    /// Nothing happens before one of the request's last methods is called and awaited.
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

pub(crate) fn out_of_time() -> Error {
    Error::new(ErrorKind::Deadline, "look up table").because("the time allowed for it has passed")
}

impl fmt::Debug for Client {
    /// Without the token source.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("organization", self.organization()).finish_non_exhaustive()
    }
}
