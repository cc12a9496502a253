package set

import (
	"os"
	"testing"
	"time"
)

func TestReal(t *testing.T) {
	t0 := time.Now()
	s, ps, err := Read(os.DirFS("../../../seed/catalogue"), Known{})
	t.Log(time.Since(t0), len(ps), err)
	for i, p := range ps {
		if i < 40 { t.Log(p) }
	}
	n := 0
	for _, p := range s.items { n += len(p.data) }
	t.Log(s.Len(), len(s.Bundles), len(s.Elements), len(s.Licences), len(s.Departments), len(s.Regions), len(s.Years), n)
}
