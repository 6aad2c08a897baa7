//! `$filter`: which rows are meant.
use std::cmp::Ordering;

use serde_json::Value;

use super::literal::Literal;
use super::parser;
use crate::core::errors;
use crate::core::fault::{Answer, Fault};

/// A condition on a row.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::core) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Compare { property: String, operator: Operator, literal: Literal },
    In { property: String, literals: Vec<Literal> },
    Text { function: Function, property: String, text: String },
}

/// Between a property and a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::core) enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// Tests of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::core) enum Function {
    Contains,
    StartsWith,
    EndsWith,
}

/// What kind of value a property holds, as far as comparing goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::core) enum Class {
    Text,
    Number,
    Boolean,
    Guid,
    Date,
    /// Definitions: anything goes.
    Any,
}

impl Filter {
    /// The filter that `text` spells.
    pub(in crate::core) fn parse(text: &str) -> Answer<Filter> {
        parser::parse(text).map_err(|reason| errors::QUERY_SYNTAX.with(&[&format!("$filter: {reason}.")]))
    }

    /// Every property is known and compared with a value of its kind.
    pub(in crate::core) fn check(&self, class: &dyn Fn(&str) -> Option<Class>) -> Answer<()> {
        let known = |property: &str| class(property).ok_or_else(|| Fault::query_name(property));
        match self {
            Filter::All(parts) | Filter::Any(parts) => parts.iter().try_for_each(|part| part.check(class)),
            Filter::Not(part) => part.check(class),
            Filter::Compare { property, literal, .. } => fits(property, known(property)?, literal),
            Filter::In { property, literals } => {
                let class = known(property)?;
                literals.iter().try_for_each(|literal| fits_in(property, class, literal))
            }
            Filter::Text { property, .. } => fits(property, known(property)?, &Literal::Text(String::new())),
        }
    }

    /// Whether a row with these values is meant.
    pub(in crate::core) fn matches(&self, value: &dyn Fn(&str) -> Value) -> bool {
        match self {
            Filter::All(parts) => parts.iter().all(|part| part.matches(value)),
            Filter::Any(parts) => parts.iter().any(|part| part.matches(value)),
            Filter::Not(part) => !part.matches(value),
            Filter::Compare { property, operator, literal } => operator.holds(&value(property), literal),
            Filter::In { property, literals } => {
                let value = value(property);
                literals.iter().any(|literal| Operator::Equal.holds(&value, literal))
            }
            Filter::Text { function, property, text } => {
                value(property).as_str().is_some_and(|value| function.holds(value, text))
            }
        }
    }
}

impl Operator {
    pub(super) fn parse(word: &str) -> Option<Operator> {
        Some(match word {
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            "gt" => Operator::Greater,
            "ge" => Operator::GreaterOrEqual,
            "lt" => Operator::Less,
            "le" => Operator::LessOrEqual,
            _ => return None,
        })
    }

    fn holds(self, value: &Value, literal: &Literal) -> bool {
        let order = compare(value, &literal.to_value());
        match self {
            Operator::Equal => order == Some(Ordering::Equal),
            Operator::NotEqual => order != Some(Ordering::Equal),
            Operator::Greater => order == Some(Ordering::Greater),
            Operator::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            Operator::Less => order == Some(Ordering::Less),
            Operator::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        }
    }
}

impl Function {
    /// Without case, as the service compares text.
    fn holds(self, value: &str, text: &str) -> bool {
        let (value, text) = (value.to_lowercase(), text.to_lowercase());
        match self {
            Function::Contains => value.contains(&text),
            Function::StartsWith => value.starts_with(&text),
            Function::EndsWith => value.ends_with(&text),
        }
    }
}

/// The order of two values of one kind, text without case; `None` when one is null or their kinds differ.
pub(in crate::core) fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => a.as_f64()?.partial_cmp(&b.as_f64()?),
        (Value::String(a), Value::String(b)) => Some(a.to_lowercase().cmp(&b.to_lowercase())),
        _ => None,
    }
}

fn fits(property: &str, class: Class, literal: &Literal) -> Answer<()> {
    let fit = matches!(
        (class, literal),
        (Class::Any, _)
            | (_, Literal::Null)
            | (Class::Text, Literal::Text(_) | Literal::Enum(_))
            | (Class::Number, Literal::Number(_))
            | (Class::Boolean, Literal::Boolean(_))
            | (Class::Guid, Literal::Guid(_))
            | (Class::Date, Literal::Date(_))
    );
    if fit {
        return Ok(());
    }
    Err(errors::QUERY_SYNTAX
        .with(&[&format!("A binary operator with incompatible types was detected at '{property}'.")]))
}

/// The values of `In` are all written as text.
fn fits_in(property: &str, class: Class, literal: &Literal) -> Answer<()> {
    match literal {
        Literal::Text(_) => Ok(()),
        other => fits(property, class, other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Class, Filter};

    fn matches(filter: &str) -> bool {
        let row = json!({"name": "O'Neil & Co", "revenue": 12.5, "open": true, "empty": null,
            "id": "00000000-0000-0000-0000-000000000001", "created": "2022-10-22T21:01:45Z"});
        let filter = Filter::parse(filter).unwrap();
        filter.matches(&|name: &str| row.get(name).cloned().unwrap_or(Value::Null))
    }

    #[test]
    fn comparisons_join_as_written() {
        for (filter, expected) in [
            ("name eq 'O''Neil & Co'", true),
            ("name eq 'o''neil & CO'", true),
            ("name ne 'x' and revenue gt 12", true),
            ("revenue eq 12.5 and not open eq true", false),
            ("not (revenue lt 1 or open eq false)", true),
            ("empty eq null and id ne null", true),
            ("id eq 00000000-0000-0000-0000-000000000001", true),
            ("open eq false or open eq false and open eq true or revenue ge 12.5", true),
            ("created ge 2022-10-22", true),
            ("empty gt 5", false),
            ("contains(name,'neil') and startswith(name,'O') and endswith(name,'co')", true),
            ("Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['x','O''Neil & Co'])", true),
            ("Microsoft.Dynamics.CRM.In(PropertyName='name',PropertyValues=['x'])", false),
        ] {
            assert_eq!(matches(filter), expected, "{filter}");
        }
    }

    #[test]
    fn what_is_no_filter_is_an_error() {
        let deep = format!("{}a eq 1{}", "(".repeat(1000), ")".repeat(1000));
        for wrong in [
            "",
            "name",
            "name eq",
            "name is 'x'",
            "(name eq 'x'",
            "name eq 'x",
            "name eq x y",
            "foo(name,'x')",
            "name eq 'x')",
            "eq eq eq",
            "name eq ;",
            "Microsoft.Dynamics.CRM.In(PropertyName='x')",
            &deep,
        ] {
            assert!(Filter::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_long_chain_is_no_deep_one() {
        let chain = vec!["revenue eq 1"; 50_000].join(" or ");
        assert!(!matches(&chain));
    }

    #[test]
    fn names_and_kinds_are_checked() {
        let class = |name: &str| match name {
            "name" => Some(Class::Text),
            "id" => Some(Class::Guid),
            _ => None,
        };
        let check = |text: &str| Filter::parse(text).unwrap().check(&class).is_ok();
        assert!(check("name eq 'x' and id ne null"));
        assert!(!check("other eq 'x'"));
        assert!(!check("name eq 5"));
        assert!(!check("id eq '00000000-0000-0000-0000-000000000001'"));
    }
}
