//! Days as years, months and days of the month, for all days that are counted: what is put first in March,
//! with the leap day at its end, has years of one pattern that begins again after 400.

/// Days between 0000-03-01 and 1970-01-01.
const EPOCH: i64 = 719_468;

/// Days of 400 years.
const CYCLE: i64 = 146_097;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: i64,
    /// From 1.
    pub(super) day: i64,
}

impl Day {
    /// The day so many days after 1970-01-01.
    pub(super) const fn of(days: i64) -> Self {
        let from_march = days + EPOCH;
        let (cycle, rest) = (from_march.div_euclid(CYCLE), from_march.rem_euclid(CYCLE));
        // Every fourth year has one day more, but for the last one of a hundred, but for the last of all.
        let year = (rest - rest / 1_460 + rest / 36_524 - rest / 146_096) / 365;
        let of_year = rest - (365 * year + year / 4 - year / 100);
        // Five months from March on, and the next five, have 153 days.
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let year = cycle * 400 + year;
        match month < 10 {
            true => Self { year, month: month + 3, day },
            false => Self { year: year + 1, month: month - 9, day },
        }
    }

    /// How many days it is after 1970-01-01.
    pub(super) const fn days(self) -> i64 {
        let Self { year, month, day } = self;
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * month + 2) / 5 + day - 1;
        cycle * CYCLE + 365 * year + year / 4 - year / 100 + of_year - EPOCH
    }

    /// Months since January of the year 0.
    pub(super) const fn months(self) -> i64 {
        self.year * 12 + self.month - 1
    }

    /// The same day of the month that is so many months after January of the year 0, or its last.
    pub(super) const fn in_month(self, months: i64) -> Self {
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        let last = Self { year, month, day: 1 }.length();
        Self { year, month, day: if self.day < last { self.day } else { last } }
    }

    /// How many days its month has.
    const fn length(self) -> i64 {
        let Self { year, month, .. } = self;
        let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        Self { year, month, day: 1 }.days() - Self { day: 1, ..self }.days()
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn days_are_those_of_the_calendar() {
        let known = [
            (0, (1970, 1, 1)),
            (-1, (1969, 12, 31)),
            (2_932_896, (9999, 12, 31)),
            (-719_162, (1, 1, 1)),
            (-719_528, (0, 1, 1)),
            (11_016, (2000, 2, 29)),
            (-25_509, (1900, 2, 28)),
            (-25_508, (1900, 3, 1)),
        ];
        for (days, (year, month, day)) in known {
            let of = Day { year, month, day };
            assert_eq!((Day::of(days), of.days()), (of, days), "{of:?}");
        }
        let mut before = Day::of(-800_001);
        for days in -800_000..3_000_000 {
            let day = Day::of(days);
            assert_eq!(day.days(), days);
            let next = match (day.day, day.month) {
                (1, 1) => before.day == 31 && before.month == 12 && before.year + 1 == day.year,
                (1, _) => before.day == before.length() && before.month + 1 == day.month,
                _ => before.day + 1 == day.day && before.month == day.month,
            };
            assert!(next, "{before:?} {day:?}");
            before = day;
        }
        let far = i64::MAX / 86_400;
        assert_eq!((Day::of(far).days(), Day::of(-far).days()), (far, -far));
    }

    #[test]
    fn months_end_where_they_end() {
        let day = Day { year: 2024, month: 1, day: 31 };
        let ends = (1..=12).map(|month| day.in_month(day.months() + month).day);
        assert_eq!(ends.collect::<Vec<_>>(), [29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31]);
        assert_eq!(day.in_month(-1), Day { year: -1, month: 12, day: 31 });
    }
}
