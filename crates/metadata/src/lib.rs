//! Table and column definitions, limits and preflight checks for files in Microsoft Dataverse.
