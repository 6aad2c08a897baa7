//! The query options of reads: `$select`, `$expand`, `$filter`, `$orderby`, `$top`, `$count`, `$skiptoken`.
use super::arguments::split_outside;
use super::filter::Filter;
use super::query::Query;
use crate::core::errors;
use crate::core::fault::Answer;

/// What a read asks for. Names are not checked yet.
#[derive(Debug, Default)]
pub(in crate::core) struct ReadOptions {
    /// `None`: all columns.
    pub(in crate::core) select: Option<Vec<String>>,
    pub(in crate::core) expand: Vec<Expand>,
    pub(in crate::core) filter: Option<Filter>,
    pub(in crate::core) order: Vec<Order>,
    pub(in crate::core) top: Option<usize>,
    pub(in crate::core) count: bool,
    pub(in crate::core) skip_token: Option<String>,
}

/// One navigation property of `$expand`. Of a collection it may take a part.
#[derive(Debug, Default, PartialEq)]
pub(in crate::core) struct Expand {
    pub(in crate::core) name: String,
    pub(in crate::core) select: Option<Vec<String>>,
    pub(in crate::core) filter: Option<Filter>,
    pub(in crate::core) order: Vec<Order>,
    pub(in crate::core) top: Option<usize>,
}

/// One property of `$orderby`.
#[derive(Debug, PartialEq)]
pub(in crate::core) struct Order {
    pub(in crate::core) property: String,
    pub(in crate::core) descending: bool,
}

impl ReadOptions {
    pub(in crate::core) fn parse(query: &Query) -> Answer<ReadOptions> {
        let known = ["$select", "$expand", "$filter", "$orderby", "$top", "$count", "$skiptoken"];
        if let Some(name) = query.names().find(|name| name.starts_with('$') && !known.contains(name)) {
            return Err(errors::QUERY_SYNTAX.with(&[&format!("The query option '{name}' is not supported.")]));
        }
        Ok(ReadOptions {
            select: query.get("$select").map(names).transpose()?,
            expand: query.get("$expand").map_or(Ok(Vec::new()), expands)?,
            filter: query.get("$filter").map(Filter::parse).transpose()?,
            order: query.get("$orderby").map_or(Ok(Vec::new()), orders)?,
            top: query.get("$top").map(number).transpose()?,
            count: query.get("$count").map_or(Ok(false), boolean)?,
            skip_token: query.get("$skiptoken").map(str::to_owned),
        })
    }
}

fn names(text: &str) -> Answer<Vec<String>> {
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    match names.iter().any(String::is_empty) {
        true => Err(errors::QUERY_SYNTAX.with(&["A name in $select is empty."])),
        false => Ok(names),
    }
}

fn expands(text: &str) -> Answer<Vec<Expand>> {
    split_outside(text, ',').into_iter().map(|part| expand(part.trim())).collect()
}

/// `account_FileAttachments($select=createdon,mimetype)`.
fn expand(text: &str) -> Answer<Expand> {
    let Some((name, rest)) = text.split_once('(') else {
        return Ok(Expand { name: text.to_owned(), ..Expand::default() });
    };
    let inner =
        rest.strip_suffix(')').ok_or_else(|| errors::QUERY_SYNTAX.with(&["$expand: ')' is missing."]))?;
    let mut expand = Expand { name: name.trim().to_owned(), ..Expand::default() };
    for option in split_outside(inner, ';').into_iter().filter(|option| !option.trim().is_empty()) {
        match option.trim().split_once('=') {
            Some(("$select", list)) => expand.select = Some(names(list)?),
            Some(("$filter", text)) => expand.filter = Some(Filter::parse(text)?),
            Some(("$orderby", list)) => expand.order = orders(list)?,
            Some(("$top", text)) => expand.top = Some(number(text)?),
            _ => {
                let text = format!("The option '{option}' inside $expand is not supported.");
                return Err(errors::QUERY_SYNTAX.with(&[&text]));
            }
        }
    }
    Ok(expand)
}

fn orders(text: &str) -> Answer<Vec<Order>> {
    text.split(',').map(|part| order(part.trim())).collect()
}

fn order(text: &str) -> Answer<Order> {
    let (property, descending) = match text.split_once(char::is_whitespace) {
        None => (text, false),
        Some((property, direction)) => match direction.trim() {
            "asc" => (property, false),
            "desc" => (property, true),
            other => {
                return Err(errors::QUERY_SYNTAX.with(&[&format!("$orderby: '{other}' is no direction.")]));
            }
        },
    };
    Ok(Order { property: property.to_owned(), descending })
}

fn number(text: &str) -> Answer<usize> {
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| errors::QUERY_SYNTAX.with(&[&format!("$top: '{text}' is no positive number.")]))
}

fn boolean(text: &str) -> Answer<bool> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        other => Err(errors::QUERY_SYNTAX.with(&[&format!("$count: '{other}' is neither true nor false.")])),
    }
}

#[cfg(test)]
mod tests {
    use super::{Expand, ReadOptions};
    use crate::core::odata::query::Query;

    fn options(text: &str) -> Option<ReadOptions> {
        ReadOptions::parse(&Query::parse(text).unwrap()).ok()
    }

    #[test]
    fn the_documented_expand_is_read() {
        let read = options(
            "$filter=sample_filecolumn ne null&$expand=account_FileAttachments($select=createdon,mimetype)&$select=accountid",
        );
        let expand = Expand {
            name: "account_FileAttachments".into(),
            select: Some(vec!["createdon".into(), "mimetype".into()]),
            ..Expand::default()
        };
        assert_eq!(read.unwrap().expand, [expand]);
    }

    #[test]
    fn options_that_are_not_understood_are_refused() {
        for wrong in [
            "$apply=x",
            "$top=0",
            "$top=-1",
            "$count=yes",
            "$orderby=name up",
            "$select=a,,b",
            "$expand=a($select=b",
            "$expand=a($levels=2)",
        ] {
            assert!(options(wrong).is_none(), "{wrong}");
        }
        assert!(options("@t=1&x=2&$top=3&$count=true&$orderby=name desc,id").is_some());
    }
}
