package api

import (
	"context"
	"net/http"

	"yimen/internal/applications"
	"yimen/internal/identity"
)

// Stand is a licence that stands in the place of a paper, or could, as it is now.
// What its face says is told to who works on the case, nowhere here.
type Stand struct {
	Licence   string `json:"licence"`
	Type      string `json:"type"`
	TypeName  string `json:"type_name"`
	Number    string `json:"number"`
	Issuer    string `json:"issuer"`
	ValidFrom string `json:"valid_from" format:"date"`
	ValidTo   string `json:"valid_to,omitempty" format:"date"`
	Unlimited bool   `json:"unlimited"`
	State     string `json:"state" enum:"valid,suspended,revoked,cancelled,expired"`
	Since     string `json:"since,omitempty" format:"date"`
	Counts    bool   `json:"counts"`
}

// Fetched is a licence in the place of a paper, with the consent to it.
type Fetched struct {
	ID string `json:"id"`
	Stand
	ConsentedAt string `json:"consented_at" format:"date-time"`
}

// Offer is a licence that could be fetched, and what the consent would be to.
type Offer struct {
	Slot string `json:"slot"`
	Stand
	Labels []string `json:"labels"`
}

// Offers are all licences that could be fetched for an application now.
type Offers struct {
	Offers []Offer `json:"offers"`
	Unseen bool    `json:"unseen"`
}

// Fetching is the applicant's consent to one licence (个人信息保护法 art. 13, 23).
type Fetching struct {
	Seen
	Slot    string `json:"slot" minLength:"1" maxLength:"64"`
	Licence string `json:"licence" minLength:"1" maxLength:"64"`
	Consent bool   `json:"consent"`
}

// Withdrawing takes a consent back (个人信息保护法 art. 15).
type Withdrawing struct {
	Seen
	Fetched string `json:"fetched" minLength:"1" maxLength:"64"`
}

func standOf(l applications.Licence) Stand {
	return Stand{Licence: l.ID, Type: l.Type, TypeName: l.TypeName, Number: l.Number, Issuer: l.IssuerName, ValidFrom: l.ValidFrom.String(),
		ValidTo: l.ValidTo.String(), Unlimited: l.ValidTo.IsZero(), State: l.State, Since: l.Since.String(), Counts: l.Counts}
}

func fetchedIn(slot string, all []applications.Fetched) []Fetched {
	out := []Fetched{}
	for _, f := range all {
		if f.Slot == slot {
			out = append(out, Fetched{f.ID, standOf(f.Licence), instant(f.ConsentedAt)})
		}
	}
	return out
}

// filing is an act on an application for its applicant.
func filing(id, path string) operation {
	return operation{id: id, path: "/applications/{id}/" + path, scope: identity.ApplicationsWrite, tag: tagApplications}
}

// addFetching: what somebody holds is asked for by who files for him, so the list
// needs the scope of filing and not that of reading.
func (a *API) addFetching() {
	offers := filing("list-licence-offers", "licence-offers")
	offers.method, offers.also = http.MethodGet, []int{http.StatusNotFound}
	add(a, offers, a.offers)
	fetch := filing("fetch-licence", "licences")
	fetch.status = http.StatusCreated
	addAct(a, fetch, func(ctx context.Context, d doing[Fetching]) error {
		actor, err := a.behalf(ctx, d.Caller, d.id)
		if err != nil {
			return err
		}
		_, err = a.d.Applications.Fetch(ctx, actor, d.id, d.seen, d.body.Slot, d.body.Licence, d.body.Consent)
		return err
	}, a.application)
	addAct(a, filing("withdraw-consent", "consent-withdrawals"), func(ctx context.Context, d doing[Withdrawing]) error {
		actor, err := a.behalf(ctx, d.Caller, d.id)
		if err != nil {
			return err
		}
		_, err = a.d.Applications.TakeBack(ctx, actor, d.id, d.seen, d.body.Fetched)
		return err
	}, a.application)
}

func (a *API) offers(ctx context.Context, c Caller, in *ByID) (*output[Offers], error) {
	actor, err := a.behalf(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	x, err := a.d.Applications.Application(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	def, err := a.d.Applications.Definition(ctx, x)
	if err != nil {
		return nil, err
	}
	found, unseen, err := a.d.Applications.Offered(ctx, actor, x, def.Slots...)
	if err != nil {
		return nil, err
	}
	out := Offers{Offers: []Offer{}, Unseen: unseen}
	for _, slot := range def.Slots {
		for _, o := range found[slot.Key] {
			out.Offers = append(out.Offers, Offer{slot.Key, standOf(o.Licence), list(o.Labels)})
		}
	}
	return &output[Offers]{out}, nil
}
