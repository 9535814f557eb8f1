//! Times that nanoseconds do not reach, 9999-12-31 and 0001-01-01 among them, in the engine's functions of
//! dates; and that within their reach these give what the engine's own give.

use std::sync::Arc;

use arrow::array::{
    Array as _, ArrayRef, Date32Array, Date64Array, PrimitiveArray, RecordBatch,
    TimestampMicrosecondArray, TimestampMillisecondArray, TimestampSecondArray,
};
use arrow::datatypes::{
    ArrowTimestampType, Field, IntervalMonthDayNano, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use datafusion::common::ScalarValue;
use datafusion::common::config::ConfigOptions;
use datafusion::functions::datetime;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF};
use datafusion::prelude::SessionContext;

use crate::support::warehouse::{cells, runtime};

const UNITS: [&str; 10] = [
    "microsecond",
    "Millisecond",
    "SECOND",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
];

/// Zones with and without summer time, one of which shifts by half an hour, and one at midnight.
const ZONES: [Option<&str>; 7] = [
    None,
    Some("UTC"),
    Some("+00:00"),
    Some("-09:30"),
    Some("Europe/Berlin"),
    Some("America/Sao_Paulo"),
    Some("Australia/Lord_Howe"),
];

/// A function of the sessions.
fn ours(name: &str) -> Arc<ScalarUDF> {
    Arc::clone(&runtime().session().state().scalar_functions()[name])
}

fn call(
    function: &ScalarUDF,
    args: &[ColumnarValue],
    rows: usize,
) -> Result<ColumnarValue, String> {
    let fields = args.iter().map(|arg| Arc::new(Field::new("a", arg.data_type(), true)));
    let of = args[1].data_type();
    let called = function.invoke_with_args(ScalarFunctionArgs {
        args: args.to_vec(),
        arg_fields: fields.collect(),
        number_rows: rows,
        return_field: Arc::new(Field::new("r", of, true)),
        config_options: Arc::new(ConfigOptions::default()),
    });
    called.map_err(|error| error.strip_backtrace())
}

/// Times in which the engine's nanoseconds do not end, a few of them when a clock is shifted.
fn times<T: ArrowTimestampType>(rng: &mut fastrand::Rng, zone: Option<&str>) -> ArrayRef {
    let nanos = 1_000_000_000 / per_second::<T>();
    // Two hundred years away from both ends, since a bin begins earlier.
    let end = i64::MAX - 200 * 31_622_400_000_000_000;
    let shifted = [
        -1_633_212_000,
        954_032_400,
        1_540_695_600,
        1_541_300_400,
        1_710_000_000,
        1_711_846_800,
        1_729_990_800,
        1_728_142_200,
    ];
    let random: Vec<i64> = (0..120).map(|_| rng.i64(-end..end)).collect();
    let recent = (0..60).map(|_| rng.i64(0..1_800_000_000_000_000_000));
    let shifts = shifted.into_iter().flat_map(|second: i64| {
        (-8..8).map(move |step| second * 1_000_000_000 + step * 1_711_123_456_789)
    });
    let ends = [0, 1, -1, 86_399_999_999_999, -86_400_000_000_000];
    let all =
        random.into_iter().chain(recent).chain(shifts).chain(ends).map(|time| Some(time / nanos));
    let array: PrimitiveArray<T> = all.chain([None]).collect();
    Arc::new(array.with_timezone_opt(zone))
}

fn per_second<T: ArrowTimestampType>() -> i64 {
    use arrow::datatypes::TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    match T::UNIT {
        Second => 1,
        Millisecond => 1_000,
        Microsecond => 1_000_000,
        Nanosecond => 1_000_000_000,
    }
}

fn array(value: ColumnarValue) -> ArrayRef {
    value.into_array(1).unwrap()
}

#[track_caller]
fn check_cut<T: ArrowTimestampType>(rng: &mut fastrand::Rng) {
    let (ours, engine) = (ours("date_trunc"), datetime::date_trunc());
    for zone in ZONES {
        let times = times::<T>(rng, zone);
        for unit in UNITS {
            let unit_of = ColumnarValue::Scalar(ScalarValue::from(unit));
            let args = [unit_of.clone(), ColumnarValue::Array(Arc::clone(&times))];
            let found = array(call(&ours, &args, times.len()).unwrap());
            let expected = array(call(&engine, &args, times.len()).unwrap());
            assert_eq!(&found, &expected, "{unit} {zone:?} {:?}", T::UNIT);
            // A constant is as a column of it.
            for row in [0, 100, times.len() - 1] {
                let time = ScalarValue::try_from_array(&times, row).unwrap();
                let args = [unit_of.clone(), ColumnarValue::Scalar(time)];
                let alone = array(call(&ours, &args, 1).unwrap());
                assert_eq!(&alone, &found.slice(row, 1), "{unit} {zone:?}");
            }
        }
    }
}

#[test]
fn within_its_nanoseconds_times_are_cut_as_the_engine_cuts_them() {
    let mut rng = fastrand::Rng::with_seed(7);
    check_cut::<TimestampSecondType>(&mut rng);
    check_cut::<TimestampMillisecondType>(&mut rng);
    check_cut::<TimestampMicrosecondType>(&mut rng);
    check_cut::<TimestampNanosecondType>(&mut rng);
}

fn strides() -> Vec<ScalarValue> {
    let nanos = |days: i32, nanos: i64| {
        ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(0, days, nanos)))
    };
    let months = |months: i32| {
        ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(months, 0, 0)))
    };
    let mut strides = vec![
        nanos(0, 1),
        nanos(0, 1_000_000),
        nanos(0, 1_000_003),
        nanos(0, 1_500_000_000),
        nanos(0, 900_000_000_000),
        nanos(1, 0),
        nanos(7, -3_600_000_000_000),
        nanos(0, -3_600_000_000_000),
        ScalarValue::new_interval_dt(2, 250),
    ];
    strides.extend([1, 2, 3, 12, 37, 1200, -5].map(months));
    strides
}

#[track_caller]
fn check_binned<T: ArrowTimestampType>(rng: &mut fastrand::Rng) {
    let (ours, engine) = (ours("date_bin"), datetime::date_bin());
    for zone in [None, Some("UTC"), Some("Europe/Berlin")] {
        let times = times::<T>(rng, zone);
        for stride in strides() {
            let mut args = vec![
                ColumnarValue::Scalar(stride.clone()),
                ColumnarValue::Array(Arc::clone(&times)),
            ];
            for origin in [None, Some(981_173_106_000_000_007), Some(-2_678_400_000_000_000)] {
                if let Some(origin) = origin {
                    args.truncate(2);
                    let origin =
                        ScalarValue::TimestampNanosecond(Some(origin), zone.map(Into::into));
                    args.push(ColumnarValue::Scalar(origin));
                }
                let found = array(call(&ours, &args, times.len()).unwrap());
                let expected = array(call(&engine, &args, times.len()).unwrap());
                assert_eq!(&found, &expected, "{stride:?} {origin:?} {zone:?} {:?}", T::UNIT);
            }
        }
    }
}

#[test]
fn within_its_nanoseconds_times_are_binned_as_the_engine_bins_them() {
    let mut rng = fastrand::Rng::with_seed(8);
    check_binned::<TimestampSecondType>(&mut rng);
    check_binned::<TimestampMillisecondType>(&mut rng);
    check_binned::<TimestampMicrosecondType>(&mut rng);
    check_binned::<TimestampNanosecondType>(&mut rng);
}

/// 9999-12-31T23:59:59.999999, a Friday, 0001-03-02T01:02:03.000004, a Friday too, and NULL.
fn session() -> SessionContext {
    let micros = [Some(253_402_300_799_999_999), Some(-62_130_409_076_999_996), None];
    let millis = micros.map(|time: Option<i64>| time.map(|time| time.div_euclid(1_000)));
    let seconds = micros.map(|time| time.map(|time| time.div_euclid(1_000_000)));
    let days =
        micros.map(|time| time.map(|time| i32::try_from(time.div_euclid(86_400_000_000)).unwrap()));
    let day_millis = days.map(|day| day.map(|day| i64::from(day) * 86_400_000));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("us", Arc::new(TimestampMicrosecondArray::from_iter(micros))),
        ("ms", Arc::new(TimestampMillisecondArray::from_iter(millis))),
        ("s", Arc::new(TimestampSecondArray::from_iter(seconds))),
        ("utc", Arc::new(TimestampMicrosecondArray::from_iter(micros).with_timezone("UTC"))),
        ("fiji", Arc::new(TimestampMicrosecondArray::from_iter(micros).with_timezone("+13:00"))),
        ("d", Arc::new(Date32Array::from_iter(days))),
        ("dd", Arc::new(Date64Array::from_iter(day_millis))),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    );
    let session = runtime().session();
    session.register_batch("t", batch.unwrap()).unwrap();
    session
}

async fn ask(session: &SessionContext, sql: &str) -> Result<Vec<String>, String> {
    let rows = session.sql(sql).await.map_err(|error| error.strip_backtrace())?;
    let rows = rows.collect().await.map_err(|error| error.strip_backtrace())?;
    Ok(cells(&rows))
}

/// The rows of a table with times of all units.
#[track_caller]
fn check(expr: &str, expected: [&str; 2]) {
    let executor = tokio::runtime::Runtime::new().unwrap();
    let sql = format!("SELECT {expr} FROM t");
    let found = executor.block_on(ask(&session(), &sql));
    let [last, first] = expected;
    assert_eq!(found, Ok(vec![last.to_owned(), first.to_owned(), "NULL".to_owned()]), "{expr}");
}

#[test]
fn times_of_all_calendars_are_cut() {
    for (unit, last, first) in [
        ("microsecond", "9999-12-31T23:59:59.999999", "0001-03-02T01:02:03.000004"),
        ("millisecond", "9999-12-31T23:59:59.999", "0001-03-02T01:02:03"),
        ("second", "9999-12-31T23:59:59", "0001-03-02T01:02:03"),
        ("minute", "9999-12-31T23:59:00", "0001-03-02T01:02:00"),
        ("hour", "9999-12-31T23:00:00", "0001-03-02T01:00:00"),
        ("day", "9999-12-31T00:00:00", "0001-03-02T00:00:00"),
        ("week", "9999-12-27T00:00:00", "0001-02-26T00:00:00"),
        ("month", "9999-12-01T00:00:00", "0001-03-01T00:00:00"),
        ("quarter", "9999-10-01T00:00:00", "0001-01-01T00:00:00"),
        ("year", "9999-01-01T00:00:00", "0001-01-01T00:00:00"),
    ] {
        check(&format!("date_trunc('{unit}', us)"), [last, first]);
        let zoned = [format!("{last}Z"), format!("{first}Z")];
        check(&format!("date_trunc('{unit}', utc)"), [&zoned[0], &zoned[1]]);
        let millis = last.replace(".999999", ".999");
        check(&format!("datetrunc('{unit}', ms)"), [&millis, &first.replace(".000004", "")]);
        let seconds = last.split('.').next().unwrap();
        let first_second = first.split('.').next().unwrap();
        check(&format!("date_trunc('{unit}', s)"), [seconds, first_second]);
        // A date is its midnight.
        let is_longer = UNITS.iter().position(|known| *known == unit).is_some_and(|at| at > 5);
        let days = match is_longer {
            true => [last, first],
            false => ["9999-12-31T00:00:00", "0001-03-02T00:00:00"],
        };
        check(&format!("date_trunc('{unit}', d)"), days);
        check(&format!("date_trunc('{unit}', dd)"), days);
    }
    // By the clock of a zone the last second is one of the year 10000 already.
    check("to_unixtime(date_trunc('year', fiji))", ["253402254000", "-62135643600"]);
    check("to_unixtime(date_trunc('month', fiji))", ["253402254000", "-62130546000"]);
    check("to_unixtime(date_trunc('hour', fiji))", ["253402297200", "-62130409200"]);
}

#[test]
fn times_of_all_calendars_are_binned() {
    let quarters = ["9999-12-31T23:45:00", "0001-03-02T01:00:00"];
    check("date_bin(interval '15 minutes', us)", quarters);
    check("date_bin(interval '15 minutes', ms)", quarters);
    check("date_bin(interval '15 minutes', s)", quarters);
    check("date_bin(interval '1 month', us)", ["9999-12-01T00:00:00", "0001-03-01T00:00:00"]);
    check("date_bin(interval '100 years', us)", ["9970-01-01T00:00:00", "-0030-01-01T00:00:00"]);
    check("date_bin(interval '7 days', d)", ["9999-12-30T00:00:00", "0001-03-01T00:00:00"]);
    check("date_bin(interval '1 day', dd)", ["9999-12-31T00:00:00", "0001-03-02T00:00:00"]);
    // Longer than nanoseconds can count.
    check("date_bin(interval '200000 days', us)", ["9636-02-21T00:00:00", "-0221-09-04T00:00:00"]);
    let origin = "arrow_cast('0001-01-01T00:00:00.000001', 'Timestamp(Microsecond, None)')";
    check(
        &format!("date_bin(interval '1 hour', us, {origin})"),
        ["9999-12-31T23:00:00.000001", "0001-03-02T01:00:00.000001"],
    );
    check(
        &format!("date_bin(interval '1 month', us, {origin})"),
        ["9999-12-01T00:00:00.000001", "0001-03-01T00:00:00.000001"],
    );
    check(
        "date_bin(interval '1 month', us, date '0001-01-31')",
        ["9999-12-31T00:00:00", "0001-02-28T00:00:00"],
    );
    check(
        "date_bin(interval '1 month', utc, timestamp '2024-01-31T00:00:00Z')",
        ["9999-12-31T00:00:00Z", "0001-02-28T00:00:00Z"],
    );
}

#[tokio::test]
async fn what_begins_before_all_times_is_an_error() {
    let session = runtime().session();
    let least = |unit: &str| format!("arrow_cast(-9223372036854775807, 'Timestamp({unit}, None)')");
    for (call, ty, error) in [
        ("date_trunc('year', {})", "ns", "`date_trunc`: the year"),
        ("date_trunc('day', {})", "µs", "`date_trunc`: the day"),
        ("date_trunc('week', {})", "s", "`date_trunc`: the week"),
        ("date_bin(interval '1 hour', {})", "ms", "`date_bin`: the bin"),
        ("date_bin(interval '1 month', {})", "ns", "`date_bin`: the bin"),
        ("date_bin(interval '10 seconds', {})", "s", "`date_bin`: the bin"),
    ] {
        let unit = match ty {
            "ns" => "Nanosecond",
            "µs" => "Microsecond",
            "ms" => "Millisecond",
            _ => "Second",
        };
        let expected = format!("{error} began before the times that `Timestamp({ty})` has");
        let column =
            format!("SELECT {} FROM (SELECT {} AS v)", call.replace("{}", "v"), least(unit));
        let found = ask(&session, &column).await.unwrap_err();
        assert!(found.contains(&expected), "{call}: {found}");
    }
    for (sql, expected) in [
        ("SELECT date_bin(interval '0 days', now())", "a bin has a length other than zero"),
        ("SELECT date_trunc('month', arrow_cast(0, 'Timestamp(Second, Some(\"Mars/Base\"))'))", ""),
        (
            "SELECT date_trunc('fortnight', now())",
            "Unsupported date_trunc granularity: 'fortnight'",
        ),
        ("SELECT date_bin(interval '1 month 1 day', now())", "combination of month, day"),
        ("SELECT date_bin(1, now())", "date_bin"),
        ("SELECT date_trunc('month', 1)", "date_trunc"),
    ] {
        let found = ask(&session, sql).await.unwrap_err();
        assert!(found.contains(expected), "{sql}: {found}");
    }
}

/// Dates and texts become microseconds, all else stays what it is, as with the engine.
#[tokio::test]
async fn types_are_those_of_the_times() {
    let session = session();
    for (expr, ty) in [
        ("date_trunc('month', d)", "Timestamp(µs)"),
        ("date_trunc('month', dd)", "Timestamp(µs)"),
        ("date_trunc('month', '9999-12-31')", "Timestamp(µs)"),
        ("date_trunc('month', now())", "Timestamp(ns)"),
        ("date_trunc('month', ms)", "Timestamp(ms)"),
        ("date_trunc('hour', time '10:11:12')", "Time64(ns)"),
        ("date_bin(interval '1 day', d)", "Timestamp(µs)"),
        ("date_bin(interval '1 day', fiji)", "Timestamp(µs, \"+13:00\")"),
        ("date_bin(interval '1 day', s, now())", "Timestamp(s)"),
        ("date_bin(interval '1 day', '2024-01-01T10:00:00')", "Timestamp(ns)"),
        ("date_bin(interval '1 hour', time '10:11:12')", "Time64(ns)"),
        ("date_bin(cast(null as interval), us)", "Timestamp(µs)"),
    ] {
        let sql = format!("SELECT arrow_typeof({expr}) FROM t LIMIT 1");
        assert_eq!(ask(&session, &sql).await, Ok(vec![ty.to_owned()]), "{expr}");
    }
}

/// Everything else that is done with such times, and what SQL's own times, which are nanoseconds, refuse.
#[tokio::test]
async fn other_functions_reach_all_calendars_or_say_that_they_do_not() {
    for (expr, expected) in [
        ("extract(year from us)", ["9999", "1"]),
        ("date_part('week', us)", ["52", "9"]),
        ("date_part('doy', d)", ["365", "61"]),
        ("date_part('isodow', utc)", ["5", "5"]),
        ("date_part('microsecond', us)", ["59999999", "3000004"]),
        ("date_part('epoch', s)", ["253402300799.0", "-62130409077.0"]),
        (
            "to_char(us, '%Y-%m-%d %H:%M:%S%.6f')",
            ["9999-12-31 23:59:59.999999", "0001-03-02 01:02:03.000004"],
        ),
        ("date_format(d, '%d.%m.%Y')", ["31.12.9999", "02.03.0001"]),
        ("to_unixtime(d)", ["253402214400", "-62130412800"]),
        ("us - interval '1 day'", ["9999-12-30T23:59:59.999999", "0001-03-01T01:02:03.000004"]),
        ("d + interval '1 month'", ["+10000-01-31", "0001-04-02"]),
        (
            "fiji - interval '1 month'",
            ["9999-12-01T12:59:59.999999+13:00", "0001-02-02T14:02:03.000004+13:00"],
        ),
        ("d - date '2024-01-01'", ["2913173", "-738825"]),
        ("us::date", ["9999-12-31", "0001-03-02"]),
        ("us > now()", ["true", "false"]),
        ("us > timestamp '2024-01-01'", ["true", "false"]),
        ("utc between '2024-01-01' and '2025-01-01'", ["false", "false"]),
        ("d = '9999-12-31'", ["true", "false"]),
        ("us > s", ["true", "true"]),
        ("cast(us as varchar)", ["9999-12-31T23:59:59.999999", "0001-03-02T01:02:03.000004"]),
        ("to_local_time(fiji)", ["+10000-01-01T12:59:59.999999", "0001-03-02T14:02:03.000004"]),
    ] {
        let found = ask(&session(), &format!("SELECT {expr} FROM t")).await;
        let [last, first] = expected.map(str::to_owned);
        assert_eq!(found, Ok(vec![last, first, "NULL".to_owned()]), "{expr}");
    }
    let nanos = "to Timestamp(ns): converted value exceeds the representable i64 range";
    for (expr, expected) in [
        ("d > now()", nanos),
        ("d > us", nanos),
        ("d::timestamp", nanos),
        ("us - timestamp '2024-01-01'", nanos),
        ("coalesce(us, now())", nanos),
        ("timestamp '9999-12-31'", "have to be between 1677-09-21T00:12:44.0 and 2262-04-11"),
        ("us + interval '300000 years'", "Timestamp out of range"),
        ("d - interval '2147483647 months'", "Date arithmetic overflow"),
    ] {
        let found = ask(&session(), &format!("SELECT {expr} FROM t")).await.unwrap_err();
        assert!(found.contains(expected), "{expr}: {found}");
    }
}
