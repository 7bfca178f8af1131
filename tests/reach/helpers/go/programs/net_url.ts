import { go, print } from "../program.ts";

using u = go.Parse(
  "https://ann:secret@example.org:8080/a%20b?x=1&y=2&x=3#top",
);
print(u.Host, u.Port(), u.Path, u.Fragment, u.User.Username());
const query = u.Query();
print(go.ParseQuery(u.RawQuery).Get("x"), query.Get("y"));
query.Set("z", "ü");
u.RawQuery = query.Encode();
print(u);
print(u.JoinPath("..", "c"));
