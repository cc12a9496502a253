package catalogue

import (
	"context"
	"slices"

	"yimen/internal/catalogue/form"
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
	Groups []form.Group // the form laid out on pages
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
	all, err := s.Guides(ctx, []string{localItem})
	return all[localItem], err
}

// Guides is Guide for several, by id: those not known yet are read together.
func (s *Service) Guides(ctx context.Context, localItems []string) (map[string]*Guide, error) {
	out := make(map[string]*Guide, len(localItems))
	var unread []string
	for _, id := range localItems {
		if g, ok := s.guides.get(id); ok {
			out[id] = g
		} else {
			unread = append(unread, id)
		}
	}
	if len(unread) == 0 {
		return out, nil
	}
	rows, err := s.DB.Query(ctx, localSelect+`WHERE id in_list($1)`, db.List(unread))
	locals, err := db.All(rows, err, scanLocal)
	if err != nil {
		return nil, err
	}
	read, err := s.guidesOf(ctx, locals)
	if err != nil {
		return nil, err
	}
	for _, id := range unread {
		if out[id] = read[id]; out[id] == nil {
			return nil, fault.Missing("catalogue.no_local_item")
		}
	}
	return out, nil
}

// guidesOf makes guides of local items as they are stored, by id.
func (s *Service) guidesOf(ctx context.Context, locals []storedLocal) (map[string]*Guide, error) {
	out := make(map[string]*Guide, len(locals))
	var unmade []storedLocal
	var ids []string
	for _, l := range locals {
		if g, ok := s.guides.get(l.ID); ok {
			out[l.ID] = g
		} else {
			unmade, ids = append(unmade, l), append(ids, l.ItemVersion)
		}
	}
	versions, err := s.versionsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, l := range unmade {
		v, err := adopt(versions[l.ItemVersion], l.adopted)
		if err != nil {
			return nil, err
		}
		out[l.ID] = &Guide{l.LocalItem, v, s.Layout.Arrange(v.Form)}
		if !l.Superseded { // the one thing that can change; such rows are read again
			s.guides.put(l.ID, out[l.ID])
		}
	}
	return out, nil
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
	best := nearestOf(all, region)
	read, err := s.guidesOf(ctx, []storedLocal{best})
	return read[best.ID], err
}

// nearestOf is where somebody in a region goes with an item that several bodies
// handle.
func nearestOf(all []storedLocal, region string) storedLocal {
	best, rank := 0, -1
	place, _ := gov.ParseRegion(region)
	for i, l := range all {
		if r := nearness(gov.Region(l.Region), place); r > rank {
			best, rank = i, r
		}
	}
	return all[best]
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
	all, err := s.versionsByID(ctx, []string{id})
	return all[id], err
}

// versionsByID is Version for several: those not known yet are read together.
func (s *Service) versionsByID(ctx context.Context, ids []string) (map[string]*Version, error) {
	out := make(map[string]*Version, len(ids))
	var unread []string
	for _, id := range ids {
		if v, ok := s.versions.get(id); ok {
			out[id] = v
		} else if !slices.Contains(unread, id) {
			unread = append(unread, id)
		}
	}
	if len(unread) == 0 {
		return out, nil
	}
	rows, err := s.DB.Query(ctx, `SELECT id, version, document FROM item_version WHERE id in_list($1)`, db.List(unread))
	read, err := db.All(rows, err, func(sc db.Scanner) (*Version, error) {
		var id, text string
		var number int64
		if err := sc.Scan(&id, &number, &text); err != nil {
			return nil, err
		}
		return parse(id, number, text)
	})
	if err == nil && len(read) < len(unread) {
		err = fault.Missing("catalogue.no_version")
	}
	if err != nil {
		return nil, err
	}
	for _, v := range read {
		s.versions.put(v.ID, v)
		out[v.ID] = v
	}
	return out, nil
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
