//! Filters in text: recursive descent over the words, after the BNF of the standard.

use jiff::Timestamp;
use jiff::civil::Date;

use super::crs::FilterCrs;
use super::expr::{Budget, Comparison, Expr, Operand, SpatialOp, TemporalOp, joined};
use super::lexer::{Token, tokens};
use super::shape::{Builder, Nested, Shape, collection};
use super::words;
use crate::error::{Error, Result};

const GEOMETRIES: [&str; 8] =
    ["point", "multipoint", "linestring", "multilinestring", "polygon", "multipolygon", "geometrycollection", "bbox"];

/// Reads a filter.
///
/// # Errors
/// Where it is not CQL2, with the place of the first word that does not fit.
pub(super) fn parse(text: &str, crs: FilterCrs) -> Result<Expr> {
    let mut reader = Reader { tokens: tokens(text)?, at: 0, budget: Budget::new(), shapes: Builder::new(crs) };
    let expr = reader.any()?;
    match reader.peek() {
        Token::End => Ok(expr),
        _ => Err(reader.expected("AND, OR or the end")),
    }
}

struct Reader {
    tokens: Vec<(Token, usize)>,
    at: usize,
    budget: Budget,
    shapes: Builder,
}

impl Reader {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |t| &t.0)
    }

    fn expected(&self, what: &str) -> Error {
        let place = self.tokens.get(self.at).or(self.tokens.last()).map_or(1, |t| t.1);
        Error::invalid(
            format!("filter, character {place}: {} stands where {what} is expected", self.peek().words()),
            "for example: category = '0401' AND hour BETWEEN 0 AND 5; texts in single quotes, names plain or in double quotes",
        )
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    /// Whether the next word is this keyword, which is then passed.
    fn takes(&mut self, keyword: &str) -> bool {
        let is_it = matches!(self.peek(), Token::Name(name) if name.eq_ignore_ascii_case(keyword));
        self.at += usize::from(is_it);
        is_it
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let is_it = matches!(self.peek(), Token::Sign(s) if *s == sign);
        self.at += usize::from(is_it);
        is_it
    }

    fn sign(&mut self, sign: &str) -> Result<()> {
        if self.takes_sign(sign) { Ok(()) } else { Err(self.expected(sign)) }
    }

    fn keyword(&mut self, keyword: &str) -> Result<()> {
        if self.takes(keyword) { Ok(()) } else { Err(self.expected(keyword)) }
    }

    /// The name of a function that is called here, in small letters.
    fn function(&self) -> Option<String> {
        let is_called = matches!(self.tokens.get(self.at + 1), Some((Token::Sign("("), _)));
        match self.peek() {
            Token::Name(name) if is_called => Some(name.to_ascii_lowercase()),
            _ => None,
        }
    }

    fn any(&mut self) -> Result<Expr> {
        let mut parts = vec![self.all()?];
        while self.takes("OR") {
            parts.push(self.all()?);
        }
        Ok(joined(parts, false))
    }

    fn all(&mut self) -> Result<Expr> {
        let mut parts = vec![self.factor()?];
        while self.takes("AND") {
            parts.push(self.factor()?);
        }
        Ok(joined(parts, true))
    }

    fn factor(&mut self) -> Result<Expr> {
        self.budget.part()?;
        if self.takes("NOT") {
            return Ok(Expr::Not(Box::new(self.primary()?)));
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<Expr> {
        if self.takes_sign("(") {
            self.budget.enter()?;
            let inner = self.any()?;
            self.sign(")")?;
            self.budget.leave();
            return Ok(inner);
        }
        let is_compared = matches!(self.tokens.get(self.at + 1), Some((Token::Sign(s), _)) if !"(),".contains(s));
        for (word, value) in [("TRUE", true), ("FALSE", false)] {
            if !is_compared && self.takes(word) {
                return Ok(Expr::Constant(value));
            }
        }
        let function = self.function();
        let named = function.as_deref();
        if let Some((_, op)) = SpatialOp::NAMES.into_iter().find(|(name, _)| named == Some(name)) {
            let (a, b) = self.pair(Self::place)?;
            return Ok(Expr::Spatial(op, a, b));
        }
        if let Some((_, op)) = TemporalOp::NAMES.into_iter().find(|(name, _)| named == Some(name)) {
            let (a, b) = self.pair(Self::time)?;
            return Ok(Expr::Temporal(op, a, b));
        }
        self.comparison()
    }

    fn pair(&mut self, one: fn(&mut Self) -> Result<Operand>) -> Result<(Operand, Operand)> {
        self.next();
        self.sign("(")?;
        let a = one(self)?;
        self.sign(",")?;
        let b = one(self)?;
        self.sign(")")?;
        Ok((a, b))
    }

    fn comparison(&mut self) -> Result<Expr> {
        let left = self.scalar()?;
        if let Token::Sign(sign) = *self.peek()
            && let Some((_, comparison)) = Comparison::NAMES.into_iter().find(|(name, _)| *name == sign)
        {
            self.next();
            return Ok(Expr::Compare(comparison, left, self.scalar()?));
        }
        if self.takes("IS") {
            let is_not = self.takes("NOT");
            self.keyword("NULL")?;
            return Ok(negated(is_not, Expr::IsNull(left)));
        }
        let is_not = self.takes("NOT");
        let condition = if self.takes("LIKE") {
            Expr::Like(left, self.scalar()?)
        } else if self.takes("BETWEEN") {
            let low = self.scalar()?;
            self.keyword("AND")?;
            Expr::Between(left, low, self.scalar()?)
        } else if self.takes("IN") {
            self.sign("(")?;
            let mut values = vec![self.scalar()?];
            while self.takes_sign(",") {
                values.push(self.scalar()?);
            }
            self.sign(")")?;
            Expr::In(left, values)
        } else {
            return Err(self.expected("a comparison (=, <>, <, <=, >, >=, LIKE, BETWEEN, IN, IS NULL)"));
        };
        Ok(negated(is_not, condition))
    }

    /// A value, or a property.
    fn scalar(&mut self) -> Result<Operand> {
        self.budget.part()?;
        match self.function().as_deref() {
            Some("casei") => {
                self.next();
                self.next();
                self.budget.enter()?;
                let inner = self.scalar()?;
                self.budget.leave();
                self.sign(")")?;
                return Ok(Operand::Casei(Box::new(inner)));
            }
            Some("date" | "timestamp") => return self.instant(),
            Some("interval") => return Err(self.expected("a single value")),
            Some(name) => return words::function(name),
            None => {}
        }
        match self.peek() {
            Token::Text(text) => {
                let text = Operand::Text(text.clone());
                self.next();
                Ok(text)
            }
            Token::Number(n) => {
                let n = Operand::Number(*n);
                self.next();
                Ok(n)
            }
            Token::Name(name) if name.eq_ignore_ascii_case("TRUE") || name.eq_ignore_ascii_case("FALSE") => {
                let value = Operand::Bool(name.eq_ignore_ascii_case("TRUE"));
                self.next();
                Ok(value)
            }
            _ => self.property(),
        }
    }

    fn property(&mut self) -> Result<Operand> {
        const KEYWORDS: [&str; 9] = ["AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "DIV"];
        match self.peek() {
            Token::Name(name) if !KEYWORDS.iter().any(|k| name.eq_ignore_ascii_case(k)) => {
                let name = Operand::Property(name.clone());
                self.next();
                Ok(name)
            }
            Token::Quoted(name) if !name.is_empty() => {
                let name = Operand::Property(name.clone());
                self.next();
                Ok(name)
            }
            _ => Err(self.expected("a property or a value")),
        }
    }

    /// `DATE('...')` or `TIMESTAMP('...')`.
    fn instant(&mut self) -> Result<Operand> {
        let is_date = self.takes("DATE");
        if !is_date {
            self.keyword("TIMESTAMP")?;
        }
        self.sign("(")?;
        let Token::Text(text) = self.peek().clone() else { return Err(self.expected("a time in single quotes")) };
        self.next();
        self.sign(")")?;
        if is_date { date(&text) } else { timestamp(&text) }
    }

    fn time(&mut self) -> Result<Operand> {
        self.budget.part()?;
        match self.function().as_deref() {
            Some("date" | "timestamp") => self.instant(),
            Some("interval") => {
                let (from, to) = self.pair(Self::end_of_interval)?;
                Ok(Operand::Interval(Box::new(from), Box::new(to)))
            }
            Some(name) => words::function(name),
            None => match self.peek().clone() {
                Token::Text(text) => {
                    self.next();
                    Ok(Operand::Text(text))
                }
                _ => self.property(),
            },
        }
    }

    fn end_of_interval(&mut self) -> Result<Operand> {
        match self.peek().clone() {
            Token::Text(text) => {
                self.next();
                end_of_interval(&text)
            }
            _ if self.function().is_some() => self.instant(),
            _ => self.property(),
        }
    }

    fn place(&mut self) -> Result<Operand> {
        self.budget.part()?;
        let name = match self.peek() {
            Token::Name(name) => name.to_ascii_lowercase(),
            _ => return self.property(),
        };
        // `POINT Z (...)` has a word between.
        let has_height =
            matches!(self.tokens.get(self.at + 1), Some((Token::Name(z), _)) if z.eq_ignore_ascii_case("Z"));
        if GEOMETRIES.contains(&name.as_str()) && (has_height || self.function().is_some()) {
            return self.shape().map(Operand::Place);
        }
        match self.function() {
            Some(name) => words::function(&name),
            None => self.property(),
        }
    }

    /// A geometry in WKT, or a box.
    fn shape(&mut self) -> Result<Shape> {
        let Token::Name(name) = self.next() else { return Err(self.expected("a geometry")) };
        let kind = name.to_ascii_lowercase();
        self.takes("Z");
        if kind == "bbox" {
            let Nested::List(parts) = self.nested()? else { return Err(self.expected("a box")) };
            let numbers = parts.into_iter().map(|part| match part {
                Nested::Vertex(one) if one.len() == 1 => Ok(one),
                _ => Err(self.expected("BBOX(west, south, east, north)")),
            });
            let numbers: Vec<f64> = numbers.collect::<Result<Vec<_>>>()?.concat();
            return self.shapes.bbox(&numbers);
        }
        if kind == "geometrycollection" {
            self.sign("(")?;
            self.budget.enter()?;
            let mut all = vec![self.shape()?.geometry()];
            while self.takes_sign(",") {
                all.push(self.shape()?.geometry());
            }
            self.budget.leave();
            self.sign(")")?;
            return Ok(Shape::Geometry(collection(all)));
        }
        let nested = self.nested()?;
        nested.geometry(&kind, &mut self.shapes).map(Shape::Geometry)
    }

    /// Brackets with vertices or further brackets.
    fn nested(&mut self) -> Result<Nested> {
        self.sign("(")?;
        self.budget.enter()?;
        let mut all = vec![];
        loop {
            if matches!(self.peek(), Token::Sign("(")) {
                all.push(self.nested()?);
            } else {
                let mut numbers = vec![];
                while let Token::Number(n) = *self.peek() {
                    numbers.push(n);
                    self.next();
                }
                if numbers.is_empty() || numbers.len() > 3 {
                    return Err(self.expected("numbers of a vertex"));
                }
                all.push(Nested::Vertex(numbers));
            }
            if !self.takes_sign(",") {
                break;
            }
        }
        self.budget.leave();
        self.sign(")")?;
        Ok(Nested::List(all))
    }
}

fn negated(is_not: bool, condition: Expr) -> Expr {
    if is_not { Expr::Not(Box::new(condition)) } else { condition }
}

/// A day.
pub(super) fn date(text: &str) -> Result<Operand> {
    let day = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
    day.map(Operand::Date)
        .ok_or_else(|| Error::invalid(format!("filter: {:?} is not a day", short(text)), "write days as 2018-06-15"))
}

/// An instant; the standard has those of UTC alone, and other offsets are read too.
pub(super) fn timestamp(text: &str) -> Result<Operand> {
    text.parse::<Timestamp>().map(Operand::Timestamp).map_err(|_| {
        let what = format!("filter: {:?} is not an instant", short(text));
        Error::invalid(what, "write instants as 2018-06-15T12:00:00Z")
    })
}

/// The end of an interval: a day, an instant, or `..`.
pub(super) fn end_of_interval(text: &str) -> Result<Operand> {
    match text {
        ".." => Ok(Operand::Open),
        _ if text.contains('T') => timestamp(text),
        _ => date(text),
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
