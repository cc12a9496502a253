package set

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"yimen/internal/clock"
)

func TestWriteReadsBack(t *testing.T) {
	want := readReal(t)
	dir := t.TempDir()
	if err := Write(dir, want, want.All()); err != nil {
		t.Fatal(err)
	}
	got, problems, err := Read(os.DirFS(dir), Known{})
	if err != nil || len(problems) > 0 {
		t.Fatalf("%v, %d problems:\n%v", err, len(problems), problems)
	}
	dates := cmp.Comparer(func(a, b clock.Date) bool { return a == b })
	for name, pair := range map[string][2]any{
		"departments": {want.Departments, got.Departments}, "regions": {want.Regions, got.Regions},
		"years": {want.Years, got.Years}, "elements": {want.Elements, got.Elements},
		"licences": {want.Licences, got.Licences}, "bundles": {want.Bundles, got.Bundles},
	} {
		if diff := cmp.Diff(pair[0], pair[1], dates); diff != "" {
			t.Errorf("%s changed (-want +got):\n%s", name, diff)
		}
	}
	for i := range want.Len() {
		a, errA := want.Item(i)
		b, errB := got.Item(i)
		if diff := cmp.Diff(a, b); diff != "" || errA != nil || errB != nil {
			t.Errorf("item %s changed: %v %v\n%s", a.ID, errA, errB, diff)
		}
	}
}

func readReal(t *testing.T) *Set {
	t.Helper()
	s, problems, err := Read(os.DirFS("../../../seed/catalogue"), Known{})
	if err != nil || len(problems) > 0 {
		t.Fatalf("%v, %d problems:\n%v", err, len(problems), problems)
	}
	return s
}
