package main

import (
	"fmt"
	"github.com/dlclark/regexp2"
	"strings"
	"time"
)

func main() {
	re := regexp2.MustCompile(`(?<year>\d{4})-(?<month>\d\d)(?=!)`, regexp2.None)
	m, _ := re.FindStringMatch("on 2024-05! and 1999-12! not 2000-01")
	for m != nil {
		l := []string{}
		for _, g := range m.Groups() {
			l = append(l, g.Name+"="+g.String())
		}
		fmt.Println(m.String(), m.Index, m.GroupByName("year").String(), strings.Join(l, ","))
		m, _ = re.FindNextMatch(m)
	}
	ok, _ := re.MatchString("x")
	fmt.Println(ok, strings.Join(re.GetGroupNames(), ","), re.GroupNumberFromName("month"))
	s, _ := regexp2.MustCompile("A+", regexp2.IgnoreCase).Replace("caaat AA", "<$0>", -1, -1)
	fmt.Println(s)
	s, _ = regexp2.MustCompile("(?<=a)b", regexp2.None).ReplaceFunc("abb ab", func(x regexp2.Match) string { return strings.ToUpper(x.String()) + fmt.Sprint(x.Index) }, -1, -1)
	fmt.Println(s)
	fmt.Println(regexp2.Escape("a.b*"), regexp2.MustCompile("b", regexp2.IgnoreCase|regexp2.RightToLeft).RightToLeft())
	_, err := regexp2.Compile("(", regexp2.None)
	fmt.Println(err)
	slow := regexp2.MustCompile("(a+)+$", regexp2.None)
	slow.MatchTimeout = 50 * time.Millisecond
	_, err = slow.MatchString(strings.Repeat("a", 40) + "!")
	fmt.Println(err.Error()[:14])
}
