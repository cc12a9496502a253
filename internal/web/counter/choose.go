package counter

import (
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/web/kit"
	"yimen/internal/web/ui"
)

// offer is an item that was found for somebody, with the body that would handle it.
type offer struct {
	catalogue.ItemInfo
	Local string // local item id, '' where this counter cannot take it
	Body  string // name of the body
	// Why is a language key that says why it cannot be begun here; '' when it can.
	Why string
}

// chooseView is the choice of an item for a party.
type chooseView struct {
	identity.Party
	Query   string
	Bundles []bundleOffer
	Offers  []offer
	Total   int
}

// mostOffers is how many items a search shows; the clerk types more.
const mostOffers = 12

// items searches the catalogue for what the party came for.
func (s *Counter) items(q *kit.Request) error {
	who, err := s.one(q)
	if err != nil {
		return err
	}
	v := &chooseView{Party: who, Query: q.Param("q")}
	hits, err := s.Catalogue.Search(q.Context(), catalogue.SearchQuery{Text: v.Query, Limit: mostOffers})
	if err != nil {
		return err
	}
	v.Total = hits.Total
	if v.Bundles, err = s.bundlesFound(q, hits.Hits); err != nil {
		return err
	}
	for _, h := range hits.Hits {
		if h.Item == nil {
			continue
		}
		o, err := s.offer(q, who, *h.Item)
		if err != nil {
			return err
		}
		v.Offers = append(v.Offers, o)
	}
	v.Total -= len(v.Bundles)
	if err := s.nameBodies(q, v.Offers); err != nil {
		return err
	}
	p := page(q, q.T("counter.choose_item"), "/counter")
	p.Crumbs = s.crumbs(q, ui.Link{Text: who.Name, Href: partyPath(who.ID)}, ui.Link{Text: q.T("counter.choose_item")})
	return q.Render(p, choosePage(v))
}

// offer finds the body nearest to the clerk's counter and whether the item can be
// begun there for this party.
func (s *Counter) offer(q *kit.Request, who identity.Party, item catalogue.ItemInfo) (offer, error) {
	o := offer{ItemInfo: item}
	regions := q.Actor.Regions(gov.RoleClerk)
	if len(regions) == 0 {
		o.Why = "counter.not_here"
		return o, nil
	}
	g, err := s.Catalogue.GuideAt(q.Context(), item.ID, string(regions[0]))
	if err != nil {
		if _, err := onMissing(err); err != nil {
			return o, err
		}
		o.Why = "counter.nobody_handles"
		return o, nil
	}
	o.Body = g.Local.Body
	switch {
	case !fits(who, g.Version):
		o.Why = "counter.wrong_audience"
	case !q.Actor.At(gov.RoleClerk, g.Local.Region):
		o.Why = "counter.not_here"
	default:
		o.Local = g.Local.ID
	}
	return o, nil
}

// fits: an item that founds an organisation is applied for by the person who
// founds it.
func fits(who identity.Party, v *catalogue.Version) bool {
	if who.Kind == identity.Organisation {
		return v.ForOrganisation() && !v.Founds()
	}
	return v.ForPerson() || v.Founds()
}

// nameBodies puts names where offer left ids, in one query.
func (s *Counter) nameBodies(q *kit.Request, offers []offer) error {
	var ids []string
	for _, o := range offers {
		if o.Body != "" {
			ids = append(ids, o.Body)
		}
	}
	names, err := s.Identity.BodyNames(q.Context(), ids)
	for i := range offers {
		offers[i].Body = names[offers[i].Body]
	}
	return err
}

// begin starts the application on the party's behalf, or goes on with the one the
// clerk has begun; both identities stand in the journal.
func (s *Counter) begin(q *kit.Request) error {
	f, err := q.Form()
	if err != nil {
		return err
	}
	actor, err := identity.AtCounter(q.Actor, q.PathValue("id"))
	if err != nil {
		return err
	}
	a, err := s.Applications.Start(q.Context(), actor, f.Text("item"), f.Bool("another"))
	if err != nil {
		return err
	}
	return q.Redirect(draftPath(a.ID))
}

// dayUnits are the units of the data in our sentences' words.
var dayUnits = map[string]string{set.WorkingDays: "working", set.NaturalDays: "natural"}
