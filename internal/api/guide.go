package api

import (
	"yimen/internal/applications"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/set"
	"yimen/internal/identity"
	"yimen/internal/platform/now"
)

// Guide is the published face of an item at a body: all that art. 30 of the
// licensing law wants published, and the form as JSON Schema.
type Guide struct {
	GuideInfo
	Superseded     bool           `json:"superseded"`
	Name           string         `json:"name"`
	ItemCode       string         `json:"item_code"`
	Type           string         `json:"type"`
	DepartmentName string         `json:"department_name"`
	Contact        Contact        `json:"contact"`
	Audience       []string       `json:"audience" enum:"person,organisation"`
	LegalBasis     []Basis        `json:"legal_basis"`
	Conditions     []Condition    `json:"conditions"`
	QuantityLimit  string         `json:"quantity_limit,omitempty"`
	Materials      []Material     `json:"materials"`
	Slots          []SlotInfo     `json:"slots"`
	AnswersSchema  map[string]any `json:"answers_schema"`
	Stages         []Stage        `json:"stages"`
	Procedures     []Procedure    `json:"procedures"`
	Immediate      bool           `json:"immediate"`
	Promised       Limit          `json:"promised"`
	Statutory      *Limit         `json:"statutory,omitempty"`
	Fee            Fee            `json:"fee"`
	Results        []Result       `json:"results"`
	OnlineDepths   []int          `json:"online_depths"`
	Online         bool           `json:"online"`
	Visits         int            `json:"visits"`
	VisitReason    string         `json:"visit_reason,omitempty"`
	Channels       []string       `json:"channels"`
	Themes         []string       `json:"themes"`
	Note           string         `json:"note,omitempty"`
}

// Contact is where and when, how to ask and how to complain; the item's own words
// win over the body's.
type Contact struct {
	Place    string `json:"place,omitempty"`
	Hours    string `json:"hours,omitempty"`
	Consult  string `json:"consult,omitempty"`
	Complain string `json:"complain,omitempty"`
}

// Basis is a law the item rests on.
type Basis struct {
	Law     string `json:"law"`
	Article string `json:"article,omitempty"`
}

// Condition is one condition of a grant.
type Condition struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Material is a document the item requires. A generated one is made from the
// answers and not handed in.
type Material struct {
	Key       string   `json:"key"`
	Name      string   `json:"name"`
	Necessity string   `json:"necessity"`
	Source    string   `json:"source"`
	Forms     []string `json:"forms"`
	Copies    int      `json:"copies"`
	Basis     string   `json:"basis,omitempty"`
	Generated bool     `json:"generated"`
	Licence   string   `json:"licence,omitempty"`
}

// SlotInfo is a place for files: a material, or a file field of the form that no
// material carries.
type SlotInfo struct {
	Key       string   `json:"key"`
	Name      string   `json:"name"`
	Necessity string   `json:"necessity"`
	Required  bool     `json:"required"`
	Fields    []string `json:"fields,omitempty"`
}

func slotInfo(s applications.Slot) SlotInfo {
	return SlotInfo{s.Key, s.Name, s.Necessity, s.Required, s.Fields}
}

// Stage is a step of the published flow.
type Stage struct {
	Seq     int    `json:"seq"`
	Name    string `json:"name"`
	Actor   string `json:"actor"`
	Days    int    `json:"days"`
	Counted bool   `json:"counted"`
}

// Procedure is a special procedure of art. 45 or a step that takes time of its own.
type Procedure struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	MaxDays int    `json:"max_days"`
	DayUnit string `json:"day_unit" enum:"working,natural"`
	Counted bool   `json:"counted"`
}

// Limit is a number of days in a unit.
type Limit struct {
	Days int    `json:"days"`
	Unit string `json:"unit" enum:"working,natural"`
}

// Fee says whether the item costs anything.
type Fee struct {
	Charged  bool   `json:"charged"`
	Standard string `json:"standard"`
	Basis    string `json:"basis,omitempty"`
}

// Result is what a grant gives.
type Result struct {
	Name        string   `json:"name"`
	LicenceType string   `json:"licence_type,omitempty"`
	Validity    string   `json:"validity,omitempty"`
	Delivery    []string `json:"delivery"`
}

func guideOf(g *catalogue.Guide, def *applications.Definition, b identity.Body, d catalogue.Department) Guide {
	i := &g.Item
	out := Guide{GuideInfo: guideInfo(g.Local, b), Superseded: g.Local.Superseded, Name: i.Name, ItemCode: i.Code, Type: i.Type,
		DepartmentName: d.Name, Audience: audience(i.Audience), QuantityLimit: i.QuantityLimit, AnswersSchema: g.Form.Schema(),
		Immediate: i.Immediate, Promised: Limit{i.CommitmentDays, string(g.Unit())}, Fee: Fee{i.Fee.Charged, i.Fee.Standard, i.Fee.Basis},
		OnlineDepths: g.OnlineDepths(), Online: g.Online(), Visits: i.Visits, VisitReason: i.VisitReason, Channels: list(i.Channels),
		Themes: list(i.Themes), Note: i.Note, LegalBasis: []Basis{}, Conditions: []Condition{}, Materials: []Material{}, Slots: []SlotInfo{}, Stages: []Stage{},
		Procedures: []Procedure{}, Results: []Result{},
		Contact: Contact{either(i.Place, b.Address), either(i.Hours, b.Hours), either(i.Consult, b.Phone), either(i.Complain, b.Complain)}}
	if i.StatutoryLimit != set.LimitNone {
		out.Statutory = &Limit{i.StatutoryDays, string(g.Unit())}
	}
	for _, x := range i.LegalBasis {
		out.LegalBasis = append(out.LegalBasis, Basis{x.Law, x.Article})
	}
	for _, x := range i.Conditions {
		out.Conditions = append(out.Conditions, Condition{x.ID, x.Text})
	}
	for _, m := range g.Materials {
		out.Materials = append(out.Materials, Material{m.Key, m.Name, m.Necessity, m.Source, list(m.Forms), m.Copies, m.LegalBasis, m.Generated, m.LicenceName})
	}
	for _, x := range def.Slots {
		out.Slots = append(out.Slots, slotInfo(x))
	}
	for _, x := range i.Stages {
		out.Stages = append(out.Stages, Stage{x.Seq, x.Name, x.Actor, x.Days, x.Counted})
	}
	for _, x := range i.Procedures {
		out.Procedures = append(out.Procedures, Procedure{x.Name, x.Kind, x.MaxDays, unitOf(x.DayUnit), x.Counted})
	}
	for _, x := range g.Results {
		out.Results = append(out.Results, Result{x.Name, x.Licence, x.Validity, list(x.Delivery)})
	}
	return out
}

// list makes a list that is [] and never null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

// instant is an instant as RFC 3339 in UTC, "" for none.
func instant(i now.Instant) string {
	if i.IsZero() {
		return ""
	}
	return i.Time().Format("2006-01-02T15:04:05.000Z07:00")
}
