package catalogue

import (
	"context"

	"yimen/internal/gov"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// LocalItem is an item at a body (实施清单), one version of it.
type LocalItem struct {
	ID          string
	Item        string
	Body        string
	Number      int64 // version of the local item
	ItemVersion string
	Department  string // of the body
	Region      string // of the body, 12 digits
	Code        string // 实施编码, empty where it cannot be made
	ItemCode    string
	PublishedAt now.Instant
	Superseded  bool
}

// Guide is the published face of a local item: the version with what the place
// does differently applied. It is immutable and shared.
type Guide struct {
	Local LocalItem
	*Version
}

const localSelect = `SELECT id, item, body, version, item_version, department, region, code, item_code, adopted,
	published_at, superseded_at FROM local_item `

type storedLocal struct {
	LocalItem
	adopted string
}

func scanLocal(sc db.Scanner) (storedLocal, error) {
	var l storedLocal
	var superseded int64
	err := sc.Scan(&l.ID, &l.Item, &l.Body, &l.Number, &l.ItemVersion, &l.Department, &l.Region, &l.Code, &l.ItemCode,
		&l.adopted, &l.PublishedAt, &superseded)
	l.Superseded = superseded != 0
	return l, err
}

// Guide gives a local item by id, superseded ones too: a running case stands on
// the version it was filed under. Missing "catalogue.no_local_item".
func (s *Service) Guide(ctx context.Context, localItem string) (*Guide, error) {
	if g, ok := s.guides.get(localItem); ok {
		return g, nil
	}
	l, err := db.One(s.DB.Row(ctx, localSelect+`WHERE id = $1`, localItem), scanLocal)
	if db.NoRows(err) {
		return nil, fault.Missing("catalogue.no_local_item")
	}
	if err != nil {
		return nil, err
	}
	g, err := s.guideOf(ctx, l)
	if err == nil && !l.Superseded { // Superseded is the one thing that can change; such rows are read again
		s.guides.put(localItem, g)
	}
	return g, err
}

func (s *Service) guideOf(ctx context.Context, l storedLocal) (*Guide, error) {
	v, err := s.Version(ctx, l.ItemVersion)
	if err != nil {
		return nil, err
	}
	v, err = adopt(v, l.adopted)
	return &Guide{l.LocalItem, v}, err
}

// GuideAt gives the current guide of an item for somebody in a region: that of
// the nearest body above or at the region, else of the nearest below it (a city
// asks, a county handles), else of any. Missing "catalogue.no_item" when no body
// handles the item, or there is no such item. The region may be of any length
// that gov.ParseRegion reads; what is no region is nowhere in particular.
func (s *Service) GuideAt(ctx context.Context, item, region string) (*Guide, error) {
	all, err := s.locals(ctx, item)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fault.Missing("catalogue.no_item")
	}
	return s.nearest(ctx, all, region)
}

func (s *Service) nearest(ctx context.Context, all []storedLocal, region string) (*Guide, error) {
	best, rank := 0, -1
	place, _ := gov.ParseRegion(region)
	for i, l := range all {
		if r := nearness(gov.Region(l.Region), place); r > rank {
			best, rank = i, r
		}
	}
	if g, ok := s.guides.get(all[best].ID); ok {
		return g, nil
	}
	g, err := s.guideOf(ctx, all[best])
	if err == nil {
		s.guides.put(g.Local.ID, g)
	}
	return g, err
}

// nearness ranks a body's region for a place: one that contains the place, the
// deeper the better; then one inside it, the shallower the better.
func nearness(body, place gov.Region) int {
	switch {
	case body.Contains(place):
		return 100 + int(body.Level())
	case place.Contains(body):
		return 50 - int(body.Level())
	default:
		return 0
	}
}

func (s *Service) locals(ctx context.Context, item string) ([]storedLocal, error) {
	rows, err := s.DB.Query(ctx, localSelect+`WHERE item = $1 AND superseded_at = 0 ORDER BY region, body`, item)
	return db.All(rows, err, scanLocal)
}

// LocalItems lists where an item is handled now, by region.
func (s *Service) LocalItems(ctx context.Context, item string) ([]LocalItem, error) {
	all, err := s.locals(ctx, item)
	out := make([]LocalItem, len(all))
	for i, l := range all {
		out[i] = l.LocalItem
	}
	return out, err
}

// Version gives an item version by id. Missing "catalogue.no_version".
func (s *Service) Version(ctx context.Context, id string) (*Version, error) {
	if v, ok := s.versions.get(id); ok {
		return v, nil
	}
	var number int64
	var text string
	err := s.DB.Row(ctx, `SELECT version, document FROM item_version WHERE id = $1`, id).Scan(&number, &text)
	if db.NoRows(err) {
		return nil, fault.Missing("catalogue.no_version")
	}
	if err != nil {
		return nil, err
	}
	v, err := parse(id, number, text)
	if err == nil {
		s.versions.put(id, v)
	}
	return v, err
}

// Current gives the newest version of an item, published or withheld; editors
// look at it. Missing "catalogue.no_item".
func (s *Service) Current(ctx context.Context, item string) (*Version, error) {
	var id string
	err := s.DB.Row(ctx, `SELECT item_version FROM item WHERE id = $1`, item).Scan(&id)
	if db.NoRows(err) {
		return nil, fault.Missing("catalogue.no_item")
	}
	if err != nil {
		return nil, err
	}
	return s.Version(ctx, id)
}

// Versions lists the versions of an item, oldest first, with when they came.
func (s *Service) Versions(ctx context.Context, item string) ([]VersionInfo, error) {
	rows, err := s.DB.Query(ctx, `SELECT id, version, generation, created_at FROM item_version WHERE item = $1 ORDER BY version`, item)
	return db.All(rows, err, func(sc db.Scanner) (VersionInfo, error) {
		var v VersionInfo
		err := sc.Scan(&v.ID, &v.Number, &v.Generation, &v.At)
		return v, err
	})
}

// VersionInfo is a line of an item's history.
type VersionInfo struct {
	ID         string
	Number     int64
	Generation int64 // of the import that brought it
	At         now.Instant
}
