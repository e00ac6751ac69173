//! Three-valued logic, and a fourth value for what may yet turn out either way.

/// What is known of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Truth {
    /// It holds.
    True,
    /// It does not.
    False,
    /// A value is missing: neither (`NULL` of the standard).
    Null,
    /// It may hold or not: some of several candidate categories would do, or none is known.
    Open,
}

impl Truth {
    /// Both. What is missing stays missing beside what is open: only a category that is known would decide the latter.
    pub(crate) fn and(self, other: Self) -> Self {
        let has = |truth| self == truth || other == truth;
        [Self::False, Self::Null, Self::Open].into_iter().find(|t| has(*t)).unwrap_or(Self::True)
    }

    /// One of the two.
    pub(crate) fn or(self, other: Self) -> Self {
        !(!self).and(!other)
    }

    pub(crate) fn is_true(self) -> bool {
        self == Self::True
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            unknown => unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl From<Option<bool>> for Truth {
    fn from(known: Option<bool>) -> Self {
        known.map_or(Self::Null, Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, Null, Open, True};

    #[test]
    fn the_tables_are_those_of_the_standard() {
        let and = [
            (True, True, True),
            (True, False, False),
            (True, Null, Null),
            (False, False, False),
            (False, Null, False),
            (Null, Null, Null),
        ];
        for (a, b, both) in and {
            assert_eq!((a.and(b), b.and(a)), (both, both), "{a:?} AND {b:?}");
            assert_eq!(((!a).or(!b), (!b).or(!a)), (!both, !both), "NOT {a:?} OR NOT {b:?}");
        }
        assert_eq!([!True, !False, !Null, !Open], [False, True, Null, Open]);
    }

    #[test]
    fn what_is_open_stays_open_unless_the_other_side_decides() {
        assert_eq!([True, False, Null, Open].map(|other| Open.and(other)), [Open, False, Null, Open]);
        assert_eq!([True, False, Null, Open].map(|other| Open.or(other)), [True, Open, Null, Open]);
        assert_eq!([Truth::from(Some(true)), Truth::from(None)], [True, Null]);
    }
}
