use chrono::{Datelike, Days, NaiveDate};

fn main() {
    let leap = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    println!("{leap} {}", leap.format("%A, %-d %B %Y"));
    let next = leap.checked_add_days(Days::new(366)).unwrap();
    println!("{next} {} {}", next.ordinal(), next.iso_week().week());
    println!("{}", next.signed_duration_since(leap).num_days());
    let parsed = NaiveDate::parse_from_str("31/12/1999", "%d/%m/%Y").unwrap();
    println!("{parsed} {}", parsed.weekday().num_days_from_monday());
    println!("{:?}", NaiveDate::from_ymd_opt(2023, 2, 29));
    if let Err(error) = NaiveDate::parse_from_str("1999", "%d/%m/%Y") {
        println!("{error}");
    }
}
