package search

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
	"testing"
)

func generationDocs(generation int64) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		for i := range 200 + int(generation) {
			if !yield(Doc{ID: fmt.Sprintf("%d/%d", generation, i), Name: fmt.Sprintf("取水许可 第%d代", generation)}, nil) {
				return
			}
		}
	}
}

// Searches never see a mixture of two snapshots, and never wait for a building.
func TestSwapWhileSearching(t *testing.T) {
	var l Live
	if r := l.Search(Query{Text: "许可"}); r.Total != 0 || l.Index().Len() != 0 {
		t.Fatal(r)
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for last := int64(0); ; {
				select {
				case <-done:
					return
				default:
				}
				x := l.Index()
				r := x.Search(Query{Text: "许可", Limit: 5})
				if r.Generation < last {
					t.Error("went back to an older snapshot")
				}
				last = r.Generation
				if last > 0 && r.Total != 200+int(last) {
					t.Errorf("generation %d: %d documents", last, r.Total)
				}
				for _, h := range r.Hits {
					if h.Name != fmt.Sprintf("取水许可 第%d代", r.Generation) {
						t.Errorf("%s in generation %d", h.Name, r.Generation)
					}
				}
			}
		})
	}
	for g := range int64(20) {
		if err := l.Renew(t.Context(), generationDocs(g+1), Options{Generation: g + 1}); err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	wg.Wait()
	if l.Index().Generation() != 20 {
		t.Fatal(l.Index().Generation())
	}
}

func TestRenewKeepsWhatItCannotReplace(t *testing.T) {
	var l Live
	if err := l.Renew(t.Context(), generationDocs(5), Options{Generation: 5}); err != nil {
		t.Fatal(err)
	}
	for _, old := range []int64{4, 5} {
		err := l.Renew(t.Context(), func(func(Doc, error) bool) { t.Error("built again") }, Options{Generation: old})
		if err != nil {
			t.Fatal(err)
		}
	}
	broken := errors.New("broken")
	err := l.Renew(t.Context(), func(yield func(Doc, error) bool) {
		if yield(Doc{Name: "许可"}, nil) {
			yield(Doc{}, broken)
		}
	}, Options{Generation: 6})
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = l.Renew(ctx, func(yield func(Doc, error) bool) {
		for i := 0; ; i++ {
			if i == 100 {
				cancel()
			}
			if !yield(Doc{Name: "许可"}, nil) {
				return
			}
		}
	}, Options{Generation: 6})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if x := l.Index(); x.Generation() != 5 || x.Search(Query{Text: "许可"}).Total != 205 {
		t.Fatal(x.Generation())
	}
}

// Postings come out of the chained pieces as they went in, for lists of every length and distances of every width.
func TestPostingsRoundTrip(t *testing.T) {
	c := newCollector()
	type posting struct {
		doc    int32
		impact byte
	}
	want := map[key][]posting{}
	r := rand.New(rand.NewPCG(3, 4))
	doc := int32(0)
	for range 60_000 {
		doc += 1 + int32(r.IntN(3)*r.IntN(3000))
		for k := key(1); k < 1<<20; k <<= 1 {
			if r.Uint64()%uint64(k) == 0 || doc < 10 {
				p := posting{doc, byte(r.IntN(256))}
				c.add(k, p.doc, p.impact)
				want[k] = append(want[k], p)
			}
		}
	}
	got, err := c.finish()
	if err != nil {
		t.Fatal(err)
	}
	for k, list := range want {
		l, n := got.find(k)
		if n != len(list) {
			t.Fatalf("%d of %d postings", n, len(list))
		}
		last := int32(-1)
		for _, p := range list {
			var impact byte
			last, impact, l = l.next(last)
			if last != p.doc || impact != p.impact {
				t.Fatalf("%d %d, want %v", last, impact, p)
			}
		}
		if len(l) != 0 {
			t.Fatal("bytes left over")
		}
	}
	if _, n := got.find(3); n != 0 {
		t.Fatal("found what was never added")
	}
}
