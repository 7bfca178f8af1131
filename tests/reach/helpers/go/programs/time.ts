import { constants, go, print } from "../program.ts";

const t = new Date(Date.UTC(2026, 10, 27, 12, 30));
print(
  go["Time.Format"](t, constants.RFC1123),
  go["Weekday.String"](go["Time.Weekday"](t)),
  go["Time.YearDay"](t),
);
const d = go.ParseDuration("1h30m");
print(d, "<nil>");
print(go["Time.Format"](new Date(t.getTime() + d), constants.Kitchen));
try {
  go.Parse(constants.DateOnly, "2026-13-01");
} catch (error) {
  print((error as Error).message);
}
