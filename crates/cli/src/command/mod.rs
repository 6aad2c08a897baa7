//! One file per command: its options, and what it does.
pub(crate) mod column;
pub(crate) mod columns;
pub(crate) mod delete;
pub(crate) mod download;
pub(crate) mod emulator;
pub(crate) mod info;
pub(crate) mod link;
pub(crate) mod ls;
pub(crate) mod organization;
pub(crate) mod upload;

use dataverse_files_reqwest::{Error, Target};

/// Where a file is or is to be. Whatever is wrong with it, the message says how one is written.
fn target(text: &str) -> Result<Target, String> {
    let target: Target = text.parse().map_err(|e: Error| {
        let said = e.to_string();
        let forms =
            "accounts(<guid>)/sample_filecolumn, annotations(<guid>) or activitymimeattachments(<guid>)";
        if said.contains("write it like") { said } else { format!("{said}; write a target like {forms}") }
    })?;
    misnamed(&target).map_or(Ok(target), Err)
}

/// Columns that people make have a prefix and the service has none of these, so something else is meant.
fn misnamed(target: &Target) -> Option<String> {
    let column = target.column()?;
    let meant = match column.name() {
        "annotation" | "note" | "notes" => "annotations",
        "attachment" => "attachments",
        _ => return None,
    };
    let (name, record) = (column.name(), column.record());
    let has_those = format!("{record}/{meant}").parse::<Target>().is_ok();
    let meant = if has_those { meant } else { "annotations" };
    Some(format!("no column is called {name:?}; a new one is made at {record}/{meant}"))
}

/// Something that is there; not where a note or an attachment is to be made.
fn existing(text: &str) -> Result<Target, String> {
    let target = target(text)?;
    let like = match &target {
        _ if !target.is_new() => return Ok(target),
        Target::Attachment(_) => "activitymimeattachments(<guid>)",
        Target::Note(_) | Target::Column(_) => "annotations(<guid>)",
    };
    let record = text.trim_end_matches('/').rsplit_once('/').map_or(text, |(record, _)| record);
    Err(format!(
        "that is where a new one is made; name one that is there, like {like} (dvf ls '{record}' lists them)"
    ))
}

/// Requests in the air at once: more than 52 the service refuses (api-limits).
fn parallel(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n @ 1..=52) => Ok(n),
        _ => Err("the service takes 1 to 52 requests at once".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "accounts(00000000-0000-0000-0000-000000000001)";

    #[test]
    fn whatever_is_wrong_with_a_target_the_message_says_how_one_is_written() {
        for bad in ["", "accounts", "accounts/doc", "accounts(1)/doc", "annotations(1)", ACCOUNT] {
            assert!(target(bad).unwrap_err().contains("annotations(<guid>)"), "{bad}");
        }
        let note = target(&format!("{ACCOUNT}/note")).unwrap_err();
        assert!(note.ends_with("01)/annotations"), "{note}");
        assert!(target(&format!("{ACCOUNT}/new_note")).is_ok());
        let none = target(&format!("{ACCOUNT}/attachment")).unwrap_err();
        assert!(none.ends_with("01)/annotations"), "an account has no attachments: {none}");
    }

    #[test]
    fn what_is_yet_to_be_made_is_nothing_to_read_or_delete() {
        let new = existing(&format!("{ACCOUNT}/annotations")).unwrap_err();
        assert!(new.contains("annotations(<guid>)") && new.contains(&format!("dvf ls '{ACCOUNT}'")), "{new}");
        assert!(existing("annotations(00000000-0000-0000-0000-000000000001)").is_ok());
    }
}
