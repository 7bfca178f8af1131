import console from "node:console";
import { rust } from "../program.ts";

const { Days, NaiveDate } = rust;
const leap = NaiveDate.from_ymd_opt(2024, 2, 29);
console.log(`${leap} ${leap.format("%A, %-d %B %Y")}`);
const next = leap.checked_add_days(new Days(366));
console.log(`${next} ${next.ordinal()} ${next.iso_week().week()}`);
console.log(`${next.signed_duration_since(leap).num_days()}`);
const parsed = NaiveDate.parse_from_str("31/12/1999", "%d/%m/%Y");
console.log(`${parsed} ${parsed.weekday()}`);
console.log(`${NaiveDate.from_ymd_opt(2023, 2, 29) ?? "None"}`);
try {
  NaiveDate.parse_from_str("1999", "%d/%m/%Y");
} catch (error) {
  console.log((error as Error).message);
}
