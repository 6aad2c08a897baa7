//! Rust source split into code and comments, so that a rule about code does not trip over prose or strings.

/// One line of a source file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// The code, with the contents of string and character literals left out.
    pub(crate) code: String,
    /// The text of comments, without their slashes and stars.
    pub(crate) comment: String,
}

enum Place {
    Code,
    LineComment,
    /// Rust's block comments nest: the depth counts.
    BlockComment(usize),
    Text,
    /// Ends with a quote and this many `#`.
    RawText(usize),
}

/// Splits a whole file; line `n` of the file is element `n - 1`.
pub(crate) fn split(text: &str) -> Vec<Line> {
    let chars: Vec<char> = text.chars().collect();
    let mut scan = Scan { chars: &chars, at: 0, place: Place::Code, lines: vec![Line::default()] };
    while scan.at < chars.len() {
        scan.step();
    }
    if text.ends_with('\n') {
        scan.lines.pop();
    }
    scan.lines
}

struct Scan<'a> {
    chars: &'a [char],
    at: usize,
    place: Place,
    lines: Vec<Line>,
}

impl Scan<'_> {
    fn step(&mut self) {
        if self.peek(0) == Some('\n') {
            if matches!(self.place, Place::LineComment) {
                self.place = Place::Code;
            }
            self.lines.push(Line::default());
            self.at += 1;
            return;
        }
        match self.place {
            Place::Code => self.code(),
            Place::LineComment => self.keep_comment(),
            Place::BlockComment(depth) => self.block_comment(depth),
            Place::Text => self.text(),
            Place::RawText(hashes) => self.raw_text(hashes),
        }
    }

    fn code(&mut self) {
        match (self.peek(0), self.peek(1)) {
            (Some('/'), Some('/')) => self.enter(Place::LineComment, 2),
            (Some('/'), Some('*')) => self.enter(Place::BlockComment(1), 2),
            (Some('"'), _) => {
                self.keep_code(1);
                self.place = Place::Text;
            }
            (Some('r'), Some('"' | '#')) if !self.is_inside_word() => self.raw_start(),
            (Some('\''), _) => self.quote(),
            _ => self.keep_code(1),
        }
    }

    /// `r"`, `r#"`, … start a raw string; `r#type` is only a name.
    fn raw_start(&mut self) {
        let hashes = self.chars[self.at + 1..].iter().take_while(|c| **c == '#').count();
        if self.peek(1 + hashes) == Some('"') {
            self.keep_code(2 + hashes);
            self.place = Place::RawText(hashes);
        } else {
            self.keep_code(1);
        }
    }

    /// `'a'` and `'\n'` are characters, `'a` is a lifetime.
    fn quote(&mut self) {
        let length = match (self.peek(1), self.peek(2)) {
            (Some('\\'), _) => {
                let rest = self.chars.get(self.at + 3..).unwrap_or_default();
                rest.iter().position(|c| matches!(c, '\'' | '\n')).map(|end| end + 4)
            }
            (Some(_), Some('\'')) => Some(3),
            _ => None,
        };
        self.keep_code(1);
        if let Some(length) = length {
            self.at += length - 2;
            self.keep_code(1);
        }
    }

    fn block_comment(&mut self, depth: usize) {
        match (self.peek(0), self.peek(1)) {
            (Some('*'), Some('/')) if depth == 1 => self.enter(Place::Code, 2),
            (Some('*'), Some('/')) => self.enter(Place::BlockComment(depth - 1), 2),
            (Some('/'), Some('*')) => self.enter(Place::BlockComment(depth + 1), 2),
            _ => self.keep_comment(),
        }
    }

    fn text(&mut self) {
        match self.peek(0) {
            // A backslash before the end of a line leaves the newline to be counted.
            Some('\\') => self.at += if self.peek(1) == Some('\n') { 1 } else { 2 },
            Some('"') => {
                self.keep_code(1);
                self.place = Place::Code;
            }
            _ => self.at += 1,
        }
    }

    fn raw_text(&mut self, hashes: usize) {
        let closes = self.peek(0) == Some('"') && (1..=hashes).all(|i| self.peek(i) == Some('#'));
        if closes {
            self.keep_code(1 + hashes);
            self.place = Place::Code;
        } else {
            self.at += 1;
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    /// Whether the character before belongs to the same word; `b` and `c` may stand before `r"`.
    fn is_inside_word(&self) -> bool {
        let before = |distance| self.at.checked_sub(distance).and_then(|at| self.chars.get(at)).copied();
        match before(1) {
            Some('b' | 'c') => before(2).is_some_and(is_word),
            Some(c) => is_word(c),
            None => false,
        }
    }

    fn enter(&mut self, place: Place, length: usize) {
        self.place = place;
        self.at += length;
    }

    fn keep_code(&mut self, length: usize) {
        for _ in 0..length {
            if let (Some(c), Some(line)) = (self.peek(0), self.lines.last_mut()) {
                line.code.push(c);
            }
            self.at += 1;
        }
    }

    fn keep_comment(&mut self) {
        if let (Some(c), Some(line)) = (self.peek(0), self.lines.last_mut()) {
            line.comment.push(c);
        }
        self.at += 1;
    }
}

/// Whether a character can be part of a Rust name.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Byte offsets at which `word` stands in `text` with no name character touching it on the sides where it
/// itself ends in one.
pub(crate) fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let joined = |a: Option<char>, b: Option<char>| a.is_some_and(is_word) && b.is_some_and(is_word);
        !joined(before, word.chars().next()) && !joined(word.chars().next_back(), after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Vec<String> {
        split(text).into_iter().map(|line| line.code).collect()
    }

    #[test]
    fn strings_leave_no_content_behind() {
        assert_eq!(code(r#"f("a \" // b", 'x', '"', '\'') // c"#), [r#"f("", '', '', '') "#]);
        assert_eq!(code("f(r#\"a \" b\"#, br\"\\\", x)"), ["f(r#\"\"#, br\"\", x)"]);
        assert_eq!(code("let a = \"one\n two\"; b\n"), ["let a = \"", "\"; b"]);
        assert_eq!(code("let a = \"one\\\n  two\"; b"), ["let a = \"", "\"; b"]);
    }

    #[test]
    fn names_and_lifetimes_are_not_strings() {
        assert_eq!(
            code("fn f<'a>(r#type: &'a str, for_r: u8) {}"),
            ["fn f<'a>(r#type: &'a str, for_r: u8) {}"]
        );
        assert_eq!(code(r"('\u{e9}', '\\', 'a', b)"), ["('', '', '', b)"]);
    }

    #[test]
    fn comments_are_kept_apart() {
        let lines = split("a /* b /* c */\n d */ e // f \"g\n//! h\n");
        let pairs: Vec<_> = lines.iter().map(|line| (line.code.trim(), line.comment.trim())).collect();
        assert_eq!(pairs, [("a", "b  c"), ("e", "d  f \"g"), ("", "! h")]);
    }

    #[test]
    fn every_line_of_the_file_has_its_element() {
        assert_eq!(split("").len(), 1);
        assert_eq!(split("a\n\nb\n").len(), 3);
        assert_eq!(split("a\n\nb").len(), 3);
        assert_eq!(split("let a = \"unfinished \\").len(), 1);
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(words("sleep asleep sleeping a.sleep(", "sleep").collect::<Vec<_>>(), [0, 24]);
        assert_eq!(words("dbg!(x) mydbg!(x)", "dbg!").collect::<Vec<_>>(), [0]);
    }
}
