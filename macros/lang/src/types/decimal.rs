//! Decimals: how many digits they have, and what arithmetic makes of these.
//!
//! The rules are the engine's own (Hive's), so that a view's types are those of its plan: a sum
//! has a digit more than its parts, a product the digits of both, a quotient four more behind the
//! point. Results keep 38 digits at most; one that needs more is an error where it is computed.

use std::fmt;

use super::IntType;

/// `Decimal<precision, scale>`: how many digits a number has, and how many of them stand behind the
/// point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecimalType {
    precision: u8,
    scale: u8,
}

impl DecimalType {
    /// The most digits that 128 bits hold.
    pub const MOST_DIGITS: u8 = 38;

    /// A decimal of so many digits, so many of them behind the point; `None` where there are none, too
    /// many, or more behind the point than in all.
    #[must_use]
    pub const fn new(precision: u8, scale: u8) -> Option<Self> {
        if precision == 0 || precision > Self::MOST_DIGITS || scale > precision {
            return None;
        }
        Some(Self { precision, scale })
    }

    /// How many digits it has.
    #[must_use]
    pub const fn precision(self) -> u8 {
        self.precision
    }

    /// How many digits stand behind the point.
    #[must_use]
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// What the engine takes an integer for beside a decimal.
    #[must_use]
    pub const fn of_integer(int: IntType) -> Self {
        let precision = match int {
            IntType::I8 | IntType::U8 => 3,
            IntType::I16 | IntType::U16 => 5,
            IntType::I32 | IntType::U32 => 10,
            IntType::I64 | IntType::U64 => 20,
        };
        Self { precision, scale: 0 }
    }

    /// Digits before the point.
    const fn whole(self) -> u8 {
        self.precision - self.scale
    }

    /// The type that holds all values of both, if there is one.
    #[must_use]
    pub fn common(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        Self::new(self.whole().max(other.whole()) + scale, scale)
    }

    /// The type with the digits of a number that is written with digits and a point.
    #[must_use]
    pub fn of_number(number: &str) -> Option<Self> {
        let (whole, behind) = number.trim_start_matches('-').split_once('.')?;
        let digits = whole.trim_start_matches('0').len() + behind.len();
        let found = Self::new(u8::try_from(digits).ok()?, u8::try_from(behind.len()).ok()?)?;
        found.holds(number).then_some(found)
    }

    /// Whether every value of `other` is one of its own.
    #[must_use]
    pub fn holds_all_of(self, other: Self) -> bool {
        self.common(other) == Some(self)
    }

    /// Whether a number written with digits and a point, such as `-1.50`, is one of its values.
    #[must_use]
    pub fn holds(self, number: &str) -> bool {
        let number = number.strip_prefix('-').unwrap_or(number);
        let (whole, behind) = number.split_once('.').unwrap_or((number, ""));
        if whole.len() + behind.len() == 0 {
            return false;
        }
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = digits(whole) && digits(behind);
        let (whole, behind) = (whole.trim_start_matches('0'), behind.trim_end_matches('0'));
        is_number
            && whole.len() <= usize::from(self.whole())
            && behind.len() <= usize::from(self.scale)
    }

    /// The type of a sum or a difference.
    #[must_use]
    pub fn sum(self, other: Self) -> Self {
        let scale = self.scale.max(other.scale);
        Self { precision: at_most(self.whole().max(other.whole()) + scale + 1), scale }
    }

    /// The type of a product, which has no more than 38 digits behind the point.
    #[must_use]
    pub fn product(self, other: Self) -> Option<Self> {
        Self::new(at_most(self.precision + other.precision + 1), self.scale + other.scale)
    }

    /// The type of a quotient; `None` where the digits of `other` behind the point leave no room for
    /// it.
    #[must_use]
    pub fn quotient(self, other: Self) -> Option<Self> {
        let scale = at_most(self.scale + 4);
        let shift = scale - self.scale + other.scale;
        (shift <= Self::MOST_DIGITS)
            .then(|| Self { precision: at_most(shift + self.precision), scale })
    }

    /// The type of what is left over by a division.
    #[must_use]
    pub fn remainder(self, other: Self) -> Self {
        let scale = self.scale.max(other.scale);
        Self { precision: at_most(self.whole().min(other.whole()) + scale), scale }
    }

    /// The type of a sum over many rows.
    #[must_use]
    pub fn total(self) -> Self {
        Self { precision: at_most(self.precision + 10), ..self }
    }
}

/// The digits that are kept of so many.
fn at_most(digits: u8) -> u8 {
    digits.min(DecimalType::MOST_DIGITS)
}

impl fmt::Display for DecimalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal<{}, {}>", self.precision, self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::DecimalType;

    fn decimal(precision: u8, scale: u8) -> DecimalType {
        DecimalType::new(precision, scale).unwrap()
    }

    #[test]
    fn digits_are_counted_on_both_sides_of_the_point() {
        let price = decimal(5, 2);
        for number in ["0", "1", "-999.99", "0.50", "007", ".5", "1.500"] {
            assert!(price.holds(number), "{number}");
        }
        for number in ["1000", "0.001", "1e2", "", "-", ".", "one"] {
            assert!(!price.holds(number), "{number}");
        }
    }

    #[test]
    fn nothing_is_lost_in_a_common_type() {
        assert_eq!(decimal(5, 2).common(decimal(4, 3)), Some(decimal(6, 3)));
        assert_eq!(decimal(38, 0).common(decimal(2, 2)), None);
        assert!(decimal(6, 3).holds_all_of(decimal(5, 2)));
        assert!(!decimal(5, 2).holds_all_of(decimal(4, 3)));
    }

    #[test]
    fn a_scale_is_part_of_the_precision() {
        assert_eq!(DecimalType::new(0, 0), None);
        assert_eq!(DecimalType::new(39, 0), None);
        assert_eq!(DecimalType::new(2, 3), None);
        assert_eq!(decimal(38, 38).to_string(), "Decimal<38, 38>");
    }

    #[test]
    fn more_digits_behind_the_point_than_there_can_be_are_no_type() {
        assert_eq!(decimal(38, 20).product(decimal(38, 20)), None);
        assert_eq!(decimal(38, 20).product(decimal(38, 10)), Some(decimal(38, 30)));
        assert_eq!(decimal(38, 0).quotient(decimal(38, 38)), None);
        assert_eq!(decimal(38, 38).quotient(decimal(2, 1)), Some(decimal(38, 38)));
    }
}
