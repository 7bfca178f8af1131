import { constants, go, print } from "../program.ts";

const schedule = go.ParseStandard("TZ=UTC 30 4 1-15/5 * mon");
let at = new Date(1700000000000);
for (let i = 0; i < 4; i++) {
  at = schedule.Next(at);
  print(Number(at));
}
try {
  go.ParseStandard("61 * * * *");
} catch (error) {
  print((error as Error).message);
}
const { Second, Minute, Hour } = constants;
const own = go.NewParser(Second | Minute | Hour).Parse("TZ=UTC 15 30 2");
print(Number(own.Next(at)));
let runs = 0;
const c = go.New(go.WithSeconds());
const id = c.AddFunc("@every 1h", () => {
  runs++;
});
c.Entry(id).Job.Run();
c.Entry(id).WrappedJob.Run();
print(id, c.Entries().length, runs, c.Entry(id).Valid());
c.Remove(id);
print(c.Entries().length);
