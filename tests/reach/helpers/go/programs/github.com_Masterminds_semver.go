package main

import (
	"fmt"
	"sort"

	"github.com/Masterminds/semver/v3"
)

func main() {
	version := semver.MustParse("1.2.3-beta.1+b345")
	fmt.Println(version, version.Major(), version.Prerelease(), version.Metadata())
	next := version.IncMinor()
	fmt.Println(next.String(), version.LessThan(&next))
	constraint, _ := semver.NewConstraint(">= 1.2, < 3.0.0 || >= 4.2.3")
	var all []*semver.Version
	for _, text := range []string{"4.2.3", "1.0", "3.1.0", "2.0.0-rc.1", "1.3"} {
		all = append(all, semver.MustParse(text))
	}
	sort.Sort(semver.Collection(all))
	for _, one := range all {
		fmt.Println(one, constraint.Check(one))
	}
	_, reasons := constraint.Validate(all[0])
	for _, reason := range reasons {
		fmt.Println(reason)
	}
	_, err := semver.NewVersion("x.y")
	fmt.Println(err, err == semver.ErrInvalidSemVer)
}
