//! Filters by recursive descent.
use super::filter::{Filter, Function, Operator};
use super::lexer::{Token, tokens};
use super::literal::Literal;

/// Parentheses and `not`s inside each other at most: a request can not exhaust the stack.
const DEPTH: u32 = 64;

/// A filter, or the reason it is none.
pub(super) fn parse(text: &str) -> Result<Filter, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let filter = parser.any()?;
    match parser.peek() {
        None => Ok(filter),
        Some(token) => Err(format!("{token:?} follows a complete filter")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Result<Token, String> {
        let token = self.peek().cloned().ok_or("the filter ends too early")?;
        self.at += 1;
        Ok(token)
    }

    /// Steps over `token` if it is next.
    fn takes(&mut self, token: &Token) -> bool {
        let here = self.peek() == Some(token);
        self.at += usize::from(here);
        here
    }

    fn expect(&mut self, token: &Token) -> Result<(), String> {
        if self.takes(token) { Ok(()) } else { Err(format!("{token:?} is missing")) }
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let here = matches!(self.peek(), Some(Token::Word(next)) if next == word);
        self.at += usize::from(here);
        here
    }

    fn any(&mut self) -> Result<Filter, String> {
        let mut parts = vec![self.all()?];
        while self.takes_word("or") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Filter::Any))
    }

    fn all(&mut self) -> Result<Filter, String> {
        let mut parts = vec![self.unary()?];
        while self.takes_word("and") {
            parts.push(self.unary()?);
        }
        Ok(one_or(parts, Filter::All))
    }

    fn unary(&mut self) -> Result<Filter, String> {
        if self.depth == DEPTH {
            return Err(format!("more than {DEPTH} levels"));
        }
        self.depth += 1;
        let filter = if self.takes_word("not") {
            Filter::Not(Box::new(self.unary()?))
        } else if self.takes(&Token::Open) {
            let inner = self.any()?;
            self.expect(&Token::Close)?;
            inner
        } else {
            self.condition()?
        };
        self.depth -= 1;
        Ok(filter)
    }

    fn condition(&mut self) -> Result<Filter, String> {
        let Token::Word(name) = self.next()? else { return Err("a condition starts with a name".to_owned()) };
        if self.takes(&Token::Open) {
            return self.call(&name);
        }
        let Token::Word(operator) = self.next()? else { return Err(format!("no operator follows {name}")) };
        let operator = Operator::parse(&operator).ok_or_else(|| format!("{operator} is no operator"))?;
        Ok(Filter::Compare { property: name, operator, literal: self.literal()? })
    }

    fn call(&mut self, name: &str) -> Result<Filter, String> {
        let filter = match name {
            "Microsoft.Dynamics.CRM.In" => self.in_list()?,
            "contains" => self.text_function(Function::Contains)?,
            "startswith" => self.text_function(Function::StartsWith)?,
            "endswith" => self.text_function(Function::EndsWith)?,
            other => return Err(format!("the function {other} is unknown")),
        };
        self.expect(&Token::Close)?;
        Ok(filter)
    }

    /// `PropertyName='x',PropertyValues=['a','b']`.
    fn in_list(&mut self) -> Result<Filter, String> {
        self.named("PropertyName")?;
        let Token::Text(property) = self.next()? else { return Err("PropertyName is no text".to_owned()) };
        self.expect(&Token::Comma)?;
        self.named("PropertyValues")?;
        self.expect(&Token::OpenList)?;
        let mut literals = vec![self.literal()?];
        while self.takes(&Token::Comma) {
            literals.push(self.literal()?);
        }
        self.expect(&Token::CloseList)?;
        Ok(Filter::In { property, literals })
    }

    fn named(&mut self, name: &str) -> Result<(), String> {
        if !self.takes_word(name) {
            return Err(format!("{name} is missing"));
        }
        self.expect(&Token::Equals)
    }

    fn text_function(&mut self, function: Function) -> Result<Filter, String> {
        let Token::Word(property) = self.next()? else {
            return Err("a function takes a name first".to_owned());
        };
        self.expect(&Token::Comma)?;
        let Token::Text(text) = self.next()? else { return Err("a function takes text second".to_owned()) };
        Ok(Filter::Text { function, property, text })
    }

    fn literal(&mut self) -> Result<Literal, String> {
        match self.next()? {
            Token::Text(text) => Ok(Literal::Text(text)),
            Token::Enum(member) => Ok(Literal::Enum(member)),
            Token::Word(word) => Literal::from_word(&word).ok_or_else(|| format!("{word} is no value")),
            token => Err(format!("{token:?} is no value")),
        }
    }
}

fn one_or(mut parts: Vec<Filter>, join: impl FnOnce(Vec<Filter>) -> Filter) -> Filter {
    match parts.len() {
        1 => parts.swap_remove(0),
        _ => join(parts),
    }
}
