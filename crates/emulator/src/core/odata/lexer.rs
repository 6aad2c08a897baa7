//! A filter's text as tokens.

/// The smallest pieces of a filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    Equals,
    /// A name, an operator or a bare literal.
    Word(String),
    /// Between single quotes, unescaped.
    Text(String),
    /// A word with a quoted member right behind it.
    Enum(String),
}

/// The tokens, or what can not be one.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, behind) = match punctuation(first) {
            Some(token) => (token, &rest[1..]),
            None if first == '\'' => quoted(rest)?,
            None => word(rest)?,
        };
        tokens.push(token);
        rest = behind.trim_start();
    }
    Ok(tokens)
}

fn punctuation(c: char) -> Option<Token> {
    Some(match c {
        '(' => Token::Open,
        ')' => Token::Close,
        '[' => Token::OpenList,
        ']' => Token::CloseList,
        ',' => Token::Comma,
        '=' => Token::Equals,
        _ => return None,
    })
}

/// Text between single quotes; two of them in a row stand for one.
fn quoted(rest: &str) -> Result<(Token, &str), String> {
    let mut text = String::new();
    let mut behind = rest.strip_prefix('\'').unwrap_or(rest);
    loop {
        let (part, after) = behind.split_once('\'').ok_or("a quote is not closed")?;
        text.push_str(part);
        match after.strip_prefix('\'') {
            Some(more) => {
                text.push('\'');
                behind = more;
            }
            None => return Ok((Token::Text(text), after)),
        }
    }
}

fn word(rest: &str) -> Result<(Token, &str), String> {
    let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    let (word, behind) = rest.split_at(end);
    if word.is_empty() {
        return Err(format!("'{}' is not part of a filter", rest.chars().next().unwrap_or_default()));
    }
    if !behind.starts_with('\'') {
        return Ok((Token::Word(word.to_owned()), behind));
    }
    match quoted(behind)? {
        (Token::Text(member), behind) => Ok((Token::Enum(member), behind)),
        (other, behind) => Ok((other, behind)),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | ':' | '/' | '@' | '+' | '$')
}
