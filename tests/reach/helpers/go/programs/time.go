package main

import (
	"fmt"
	"time"
)

func main() {
	t := time.Date(2026, time.November, 27, 12, 30, 0, 0, time.UTC)
	fmt.Println(t.Format(time.RFC1123), t.Weekday(), t.YearDay())
	d, err := time.ParseDuration("1h30m")
	fmt.Println(d.Milliseconds(), err)
	fmt.Println(t.Add(d).Format(time.Kitchen))
	_, err = time.Parse(time.DateOnly, "2026-13-01")
	fmt.Println(err)
}
