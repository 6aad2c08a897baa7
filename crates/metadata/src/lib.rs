//! What the service says about tables, columns and files: each question is a function that returns a
//! [`Call`](dataverse_files_proto::Call) of proto, and either adapter's `client.call(…)` carries it out.
mod answer;
mod column;
mod create;
mod details;
mod image_config;
mod limits;
mod request;
mod table;
mod update;

#[cfg(test)]
mod exchange;

pub use column::{ColumnDefinition, ColumnKind, column, columns};
pub use create::{Creation, NewColumn, create_column};
pub use details::{FileDetails, file_details};
pub use image_config::{ImageColumn, full_image_columns, primary_images};
pub use limits::{OrganizationLimits, organization_limits, set_organization_limit};
pub use table::{TableDefinition, table, table_by_set};
pub use update::{ColumnChange, delete_column, update_column};
