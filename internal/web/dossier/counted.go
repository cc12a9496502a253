package dossier

import (
	"strconv"

	"yimen/internal/cases"
)

// Counted writes how many cases a list has; beyond cases.MostCounted it says so
// instead of counting on.
func Counted(n int64) string {
	if n > cases.MostCounted {
		return strconv.Itoa(cases.MostCounted) + "+"
	}
	return strconv.FormatInt(n, 10)
}
