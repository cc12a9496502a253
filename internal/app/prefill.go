package app

import (
	"context"
	"maps"
	"slices"
	"time"

	"yimen/internal/applications"
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/licences"
	"yimen/internal/messages"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/internal/registers"
)

// What is known of an applicant before he is asked, in the order of its authority,
// and what becomes of his doubts.

// sourceWait is how long a form waits for registers and licences; a source that
// takes longer is named, and the field asked.
const sourceWait = 3 * time.Second

// Profile joins what registers, licences and the account say of a party. The higher
// authority wins; the account's own values fill the rest.
func (a people) Profile(ctx context.Context, tx *db.Tx, actor gov.Actor, party string) (map[string]applications.Attribute, error) {
	if actor.Kind == gov.Person && party == actor.Party {
		actor.OnBehalfOf = "" // the handler's own attributes, not the organisation's
	}
	values, err := a.Identity.ProfileIn(ctx, tx, actor, party, "prefill")
	if err != nil {
		return nil, err
	}
	out := make(map[string]applications.Attribute, len(values))
	for k, v := range values {
		out[k] = applications.Attribute{Value: v.Value, Source: string(v.Source), Detail: v.Detail, On: v.On}
	}
	card, err := a.Identity.Card(ctx, tx, party)
	if err != nil || !proven(actor, card.Kind, values) {
		return out, err
	}
	f := filler{App: a.App, out: out, own: subject(card.Kind, values), from: map[string]bool{}}
	f.licences(ctx, actor, party)
	f.register(ctx, card.Kind)
	if actor.Kind == gov.Person || len(f.from) == 0 {
		return out, nil
	}
	return out, a.Identity.LookIn(ctx, tx, actor, party, slices.Sorted(maps.Keys(f.from)), "prefill") // a clerk's look
}

// proven: registers and licences are opened to a person of assurance 1, and at a
// counter for who was seen with his papers (architecture.md, Party).
func proven(actor gov.Actor, kind identity.PartyKind, values identity.Values) bool {
	key := "id_number"
	if kind == identity.Organisation {
		key = "uscc"
	}
	if actor.Kind == gov.Person && actor.Assurance < 1 {
		return false
	}
	v := values[key]
	return v.Value != "" && v.Source != identity.Declared
}

// who is about whom a source must speak.
type who struct{ idType, number, name string }

func subject(kind identity.PartyKind, values identity.Values) who {
	if kind == identity.Organisation {
		return who{number: values["uscc"].Value, name: values["company_name"].Value}
	}
	return who{values["id_type"].Value, values["id_number"].Value, values["applicant_name"].Value}
}

// on tells whether a face speaks of him.
func (w who) on(face []licences.FaceField) bool {
	return slices.ContainsFunc(face, func(x licences.FaceField) bool {
		switch x.Key {
		case "id_number", "uscc":
			return x.Value.Text == w.number
		case "applicant_name", "company_name":
			return x.Value.Text == w.name
		}
		return false
	})
}

// filler lays the higher sources over the account's own values. It reads beside the
// transaction: a source that fails must not end it.
type filler struct {
	*App
	out  map[string]applications.Attribute
	own  who
	from map[string]bool // keys a clerk is shown from elsewhere
}

// reached are elements by which somebody is reached or finds his way; he knows them
// best, and a source fills them in only where nothing else is known.
var reached = []string{"phone", "email", "residence_region", "residence_address", "business_region", "business_address"}

func (f filler) put(key string, v applications.Attribute) {
	if v.Value == "" || slices.Contains(reached, key) && f.out[key].Value != "" {
		return
	}
	f.out[key], f.from[key] = v, true
}

// licences takes the newest word of each licence in force. A face speaks of its
// holder where it carries his own number or name; another's name on it (a child, a
// vehicle's keeper) tells nothing of him.
func (f filler) licences(ctx context.Context, actor gov.Actor, party string) {
	ctx, stop := context.WithTimeout(ctx, sourceWait)
	defer stop()
	all, err := f.Licences.Standing(ctx, f.DB, actor, party, clock.DateOf(f.Now().Time()))
	if err != nil {
		f.Log.Error("licences cannot be read for a form", "error", err)
		return
	}
	taken := map[string]bool{}
	for _, l := range all {
		if !f.own.on(l.Face) {
			continue
		}
		for _, x := range l.Face {
			if taken[x.Key] {
				continue
			}
			taken[x.Key] = true
			f.put(x.Key, applications.Attribute{Value: x.Value.Text, Source: applications.SourceLicence, Detail: l.TypeName + " " + l.Number,
				On: l.IssuedOn, Ref: l.ID, Body: l.Issuer})
		}
	}
}

// register asks the base register of the party's kind. One that is down, or cannot
// be read, is named at every element it would have given.
func (f filler) register(ctx context.Context, kind identity.PartyKind) {
	id := registers.Population
	if kind == identity.Organisation {
		id = registers.Organisations
	}
	ctx, stop := context.WithTimeout(ctx, sourceWait)
	defer stop()
	e, err := f.Registers.Read(ctx, f.DB, id, registers.Key{IDType: f.own.idType, Number: f.own.number})
	switch {
	case fault.KindOf(err) == fault.KindMissing:
		return
	case err != nil:
		if !fault.Is(err, "registers.down") {
			f.Log.Error("register cannot be read for a form", "register", id, "error", err)
		}
		for _, x := range id.Elements() {
			if v := f.out[x.Key]; !slices.Contains(reached, x.Key) {
				v.Down = id.Name()
				f.out[x.Key] = v
			}
		}
		return
	}
	for key, text := range e.Values {
		f.put(key, applications.Attribute{Value: text, Source: applications.SourceRegister, Detail: id.Name(), On: e.AsOf, Ref: e.ID,
			Body: e.Body, Stale: e.Stale})
	}
}

// disputing lets applications send a doubt to its owner.
type disputing struct{ *App }

// OpenIn: WHEN an applicant says that a held value is wrong THEN its owner has a
// correction task.
func (a disputing) OpenIn(ctx context.Context, tx *db.Tx, actor gov.Actor, x *applications.Application, field form.Field, value form.Value,
	from applications.Source) (string, error) {
	in := registers.Disputing{Origin: registers.FromLicence, Ref: from.Ref, SourceName: from.Detail, Label: field.Label, Stated: value.Text,
		Element: a.Catalogue.Layout.Prefill[from.From][field.Key], AsOf: from.On, Party: x.Applicant, PartyName: x.ApplicantName,
		Application: x.ID, Item: x.Item, ItemName: x.ItemName, Body: from.Body}
	if from.Source == applications.SourceRegister {
		in.Origin = registers.FromRegister
		for _, r := range registers.All() {
			if r.Name() == from.Detail {
				in.Register = r
			}
		}
	}
	d, err := a.Registers.OpenIn(ctx, tx, actor, in)
	if err != nil {
		return "", err
	}
	return d.ID, nil
}

// ClaimIn: WHEN he types another value THEN the owner sees it beside its own.
func (a disputing) ClaimIn(ctx context.Context, tx *db.Tx, actor gov.Actor, dispute, value string) error {
	return a.Registers.ClaimIn(ctx, tx, actor, dispute, value)
}

// owners fills the ports of registers.
type owners struct{ *App }

func (a owners) Body(ctx context.Context, r db.Reader, id string) (registers.Body, error) {
	b, err := a.Identity.Body(ctx, r, id)
	return registers.Body{ID: b.ID, Name: b.Name, Region: gov.Region(b.Region)}, err
}

// Disputed: WHEN a value is disputed THEN those who handle cases at its owner hear
// of it, with the day by which it is to be answered.
func (a owners) Disputed(ctx context.Context, tx *db.Tx, d *registers.Dispute) error {
	return a.Messages.TellIn(ctx, tx, messages.Message{Body: d.Body, Role: gov.RoleOfficer, Except: d.Account, Key: messages.DisputeOpened,
		Link: "/desk/disputes/" + d.ID, Args: messages.Args{"dispute": d.Number, "source": d.SourceName, "field": d.Label,
			"due": messages.Date(d.DueOn, d.Provisional)}})
}

// Answered: WHEN the owner has answered THEN who said so hears of it.
func (a owners) Answered(ctx context.Context, tx *db.Tx, d *registers.Dispute) error {
	key := messages.DisputeUpheld
	if d.State == registers.Corrected {
		key = messages.DisputeCorrected
	}
	told := messages.Message{Party: d.Party, Key: key, Urgent: true, Link: "/disputes", Args: messages.Args{"dispute": d.Number,
		"source": d.SourceName, "field": d.Label, "owner": d.BodyName}}
	return a.sendSide(ctx, tx, told, d.Account, d.Item)
}
