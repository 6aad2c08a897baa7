//! Blocking client for files in Microsoft Dataverse, on ureq and threads.
