package main

import (
	"fmt"
	"net/url"
)

func main() {
	u, err := url.Parse("https://ann:secret@example.org:8080/a%20b?x=1&y=2&x=3#top")
	if err != nil {
		panic(err)
	}
	fmt.Println(u.Host, u.Port(), u.Path, u.Fragment, u.User.Username())
	query := u.Query()
	fmt.Println(query.Get("x"), query.Get("y"))
	query.Set("z", "ü")
	u.RawQuery = query.Encode()
	fmt.Println(u)
	fmt.Println(u.JoinPath("..", "c"))
}
