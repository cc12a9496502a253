package merge

import (
	"yimen/internal/catalogue/set"
)

// Summary is a merge in figures and keys, under the names that the reference
// results of the data use; programs read it.
type Summary struct {
	Bundle             string          `json:"bundle"`
	FormFieldsBefore   int             `json:"form_fields_before"`
	FormFieldsAfter    int             `json:"form_fields_after"`
	FormRequired       int             `json:"form_required"`
	MaterialsBefore    int             `json:"materials_before"`
	MaterialsAfter     int             `json:"materials_after"`
	LicenceReplaceable int             `json:"licence_replaceable"`
	SumCommitmentDays  int             `json:"sum_commitment_days"`
	CriticalPathDays   int             `json:"critical_path_days"`
	CriticalPath       []string        `json:"critical_path"`
	MaterialsInside    [][2]string     `json:"materials_supplied_inside"` // member, key
	FormKeys           []string        `json:"form_keys"`                 // the full union
	Materials          []PaperSummary  `json:"materials"`
	FieldsInside       [][2]string     `json:"fields_supplied_inside"` // member, key of the bundle's form
	FormAsked          []string        `json:"form_asked"`             // form_keys without what is supplied inside
	FormRequiredKeys   []string        `json:"form_required_keys"`
	Members            []string        `json:"members"`
	OrderGroups        [][]string      `json:"order_groups"` // side by side, in order
	TargetDays         int             `json:"target"`       // working days
	Promise            *PromiseSummary `json:"promise,omitempty"`
}

// PaperSummary is a material that is handed in once; Licence is null where no
// licence stands for it.
type PaperSummary struct {
	Key       string  `json:"key"`
	Necessity string  `json:"necessity"`
	Licence   *string `json:"licence"`
}

// PromiseSummary has dates as YYYY-MM-DD.
type PromiseSummary struct {
	Start       string `json:"start"`
	Due         string `json:"due"`
	Last        string `json:"last"` // the member due then
	Target      string `json:"target"`
	Late        bool   `json:"later_than_target"`
	Provisional bool   `json:"provisional"`
}

// Summary gives the figures; without a promise where p is nil.
func (m *Merged) Summary(bundle string, p *Promise) Summary {
	s := Summary{
		Bundle: bundle, FormFieldsBefore: m.FieldsBefore, FormFieldsAfter: len(m.Fields), MaterialsBefore: m.MaterialsBefore,
		MaterialsAfter: len(m.Materials), SumCommitmentDays: m.SumDays, CriticalPathDays: m.PathDays, CriticalPath: m.Path,
		MaterialsInside: pairs(m.MaterialsInside), FieldsInside: pairs(m.FieldsInside), OrderGroups: m.Layers,
		FormKeys: m.Form().Keys(), FormAsked: m.Asked().Keys(), FormRequiredKeys: []string{}, TargetDays: m.Target(),
		Materials: make([]PaperSummary, len(m.Materials)),
	}
	for i := range m.Members {
		s.Members = append(s.Members, m.Members[i].Item)
	}
	for i := range m.Fields {
		if m.Fields[i].Required {
			s.FormRequiredKeys = append(s.FormRequiredKeys, m.Fields[i].Key)
		}
	}
	s.FormRequired = len(s.FormRequiredKeys)
	for i, x := range m.Materials {
		s.Materials[i] = paperSummary(x.Material)
		if x.Licence != "" {
			s.LicenceReplaceable++
		}
	}
	if p != nil {
		s.Promise = &PromiseSummary{p.Start.String(), p.Due.String(), p.Last, p.Target.String(), p.Late(), p.Provisional}
	}
	return s
}

func paperSummary(x set.Material) PaperSummary {
	p := PaperSummary{Key: x.Key, Necessity: x.Necessity}
	if x.Licence != "" {
		p.Licence = &x.Licence
	}
	return p
}

func pairs(all []Inside) [][2]string {
	out := make([][2]string, len(all))
	for i, in := range all {
		out[i] = [2]string{in.Item, in.Key}
	}
	return out
}
