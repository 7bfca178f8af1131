package main

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"
)

func main() {
	schedule, err := cron.ParseStandard("TZ=UTC 30 4 1-15/5 * mon")
	if err != nil {
		panic(err)
	}
	at := time.UnixMilli(1700000000000)
	for i := 0; i < 4; i++ {
		at = schedule.Next(at)
		fmt.Println(at.UnixMilli())
	}
	_, err = cron.ParseStandard("61 * * * *")
	fmt.Println(err)
	parser := cron.NewParser(cron.Second | cron.Minute | cron.Hour)
	own, _ := parser.Parse("TZ=UTC 15 30 2")
	fmt.Println(own.Next(at).UnixMilli())
	runs := 0
	c := cron.New(cron.WithSeconds())
	id, _ := c.AddFunc("@every 1h", func() { runs++ })
	c.Entry(id).Job.Run()
	c.Entry(id).WrappedJob.Run()
	fmt.Println(id, len(c.Entries()), runs, c.Entry(id).Valid())
	c.Remove(id)
	fmt.Println(len(c.Entries()))
}
