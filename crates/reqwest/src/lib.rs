//! Async client for files in Microsoft Dataverse, on reqwest and tokio.
