package set

import (
	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
)

// Bundle is a 一件事: several items the applicant sees as one thing.
type Bundle struct {
	ID             string     `json:"id" yaml:"id"`
	Name           string     `json:"name" yaml:"name"`
	Audience       string     `json:"audience" yaml:"audience"`
	LeadDepartment string     `json:"lead_department" yaml:"lead_department"`
	PolicyLists    []string   `json:"policy_lists,omitempty" yaml:"policy_lists,omitempty"`
	Themes         []string   `json:"themes" yaml:"themes"`
	Questions      []Question `json:"questions" yaml:"questions"`
	Members        []Member   `json:"members" yaml:"members"`
	OrderGroups    [][]string `json:"order_groups,omitempty" yaml:"order_groups,omitempty"`
	Departments    []string   `json:"departments,omitempty" yaml:"departments,omitempty"`
	Note           string     `json:"note,omitempty" yaml:"note,omitempty"`
	Sources        []Source   `json:"sources,omitempty" yaml:"sources,omitempty"`
}

// Question is a situation question (情形) that switches members on or off.
type Question struct {
	ID      string   `json:"id" yaml:"id"`
	Text    string   `json:"text" yaml:"text"`
	Options []string `json:"options" yaml:"options"`
}

// Member is an item inside a bundle. DependsOn on a member that was not chosen
// falls away; Bind renames the member's form keys into the bundle's.
type Member struct {
	Item             string            `json:"item" yaml:"item"`
	Optional         bool              `json:"optional" yaml:"optional"`
	When             *Situation        `json:"when" yaml:"when"`
	DependsOn        []string          `json:"depends_on" yaml:"depends_on"`
	Bind             map[string]string `json:"bind" yaml:"bind"`
	WaiveMaterials   []string          `json:"waive_materials" yaml:"waive_materials"`
	RequireMaterials []string          `json:"require_materials" yaml:"require_materials"`
}

// Situation is the answer under which a member appears.
type Situation struct {
	Question string `json:"question" yaml:"question"`
	Equals   string `json:"equals" yaml:"equals"`
}

// Element is a shared field of the dictionary.
type Element struct {
	Key         string        `json:"key" yaml:"key"`
	Code        string        `json:"code" yaml:"code"`
	Name        string        `json:"name" yaml:"name"`
	Type        form.Type     `json:"type" yaml:"type"`
	Options     []string      `json:"options,omitempty" yaml:"options,omitempty"`
	Columns     []form.Column `json:"columns,omitempty" yaml:"columns,omitempty"`
	Validation  string        `json:"validation" yaml:"validation"` // the rule in words
	Pattern     string        `json:"pattern,omitempty" yaml:"pattern,omitempty"`
	Checksum    string        `json:"checksum,omitempty" yaml:"checksum,omitempty"`
	Authority   string        `json:"authority,omitempty" yaml:"authority,omitempty"` // department id
	Licences    []string      `json:"licences,omitempty" yaml:"licences,omitempty"`   // that can supply it
	Class       form.Class    `json:"class,omitempty" yaml:"class,omitempty"`         // '' = by Sensitive
	Sensitive   bool          `json:"sensitive" yaml:"sensitive"`
	Shared      bool          `json:"shared" yaml:"shared"`
	UsedByItems int           `json:"used_by_items" yaml:"used_by_items"`
}

// LicenceType is a type of 电子证照.
type LicenceType struct {
	ID           string   `json:"id" yaml:"id"`
	Code         string   `json:"code" yaml:"code"`
	Name         string   `json:"name" yaml:"name"`
	Issuer       string   `json:"issuer" yaml:"issuer"` // department id
	Holder       []string `json:"holder" yaml:"holder"` // of 自然人 法人
	Validity     string   `json:"validity" yaml:"validity"`
	Fields       []string `json:"fields" yaml:"fields"` // element keys on its face
	ProducedBy   []string `json:"produced_by,omitempty" yaml:"produced_by,omitempty"`
	GDCode       string   `json:"gd_catalogue_code,omitempty" yaml:"gd_catalogue_code,omitempty"`
	GDCodeSeenIn string   `json:"gd_code_seen_in,omitempty" yaml:"gd_code_seen_in,omitempty"`
	Note         string   `json:"note,omitempty" yaml:"note,omitempty"`
	Sources      []Source `json:"sources,omitempty" yaml:"sources,omitempty"`
}

// Department is a department of the catalogue; a body is a department in a region.
type Department struct {
	ID        string `json:"id" yaml:"id"`
	Code      string `json:"code" yaml:"code"`
	Name      string `json:"name" yaml:"name"`
	Short     string `json:"short,omitempty" yaml:"short,omitempty"`
	System    string `json:"system,omitempty" yaml:"system,omitempty"`
	ItemCount int    `json:"item_count" yaml:"item_count"`
	Note      string `json:"note,omitempty" yaml:"note,omitempty"`
}

// Region is a 行政区划. Code and Parent are as in the file: 6 digits down to the
// county, 12 for towns and villages.
type Region struct {
	Code       string `json:"code" yaml:"code"`
	Name       string `json:"name" yaml:"name"`
	Level      string `json:"level" yaml:"level"` // 省 市 县 镇 村
	Parent     string `json:"parent,omitempty" yaml:"parent,omitempty"`
	Kind       string `json:"kind,omitempty" yaml:"kind,omitempty"` // 镇 街道 乡 …
	AltName    string `json:"alt_name,omitempty" yaml:"alt_name,omitempty"`
	SeenInBoth bool   `json:"seen_in_both" yaml:"seen_in_both"`
	Note       string `json:"note,omitempty" yaml:"note,omitempty"`
}

// CalendarYear is a year of holidays.yaml.
type CalendarYear struct {
	Year     int             `json:"year" yaml:"year"`
	Notices  []string        `json:"notices,omitempty" yaml:"notices,omitempty"`
	Holidays []Holiday       `json:"holidays" yaml:"holidays"`
	Workdays []MakeupWorkday `json:"workdays" yaml:"workdays"`
}

// Holiday is a holiday with its days off, weekends among them included.
type Holiday struct {
	Name    string       `json:"name" yaml:"name"`
	DaysOff []clock.Date `json:"days_off" yaml:"days_off"`
}

// MakeupWorkday is a weekend on which one works (调休).
type MakeupWorkday struct {
	Date clock.Date `json:"date" yaml:"date"`
	For  string     `json:"for" yaml:"for"`
}

// Clock is the year in the shape the statutory clock takes.
func (y CalendarYear) Clock() clock.Year {
	out := clock.Year{Year: y.Year}
	for _, h := range y.Holidays {
		out.Holidays = append(out.Holidays, clock.Holiday{Name: h.Name, DaysOff: h.DaysOff})
	}
	for _, w := range y.Workdays {
		out.Workdays = append(out.Workdays, w.Date)
	}
	return out
}

// LocalItem overrides what a place does differently (实施清单); a zero value or
// nil leaves the base item's. Region is a code of the set; Body the id of one
// body, which wins over Region.
type LocalItem struct {
	Item           string   `json:"item" yaml:"item"`
	Region         string   `json:"region,omitempty" yaml:"region,omitempty"`
	Body           string   `json:"body,omitempty" yaml:"body,omitempty"`
	CommitmentDays *int     `json:"commitment_days,omitempty" yaml:"commitment_days,omitempty"`
	Fee            *Fee     `json:"fee,omitempty" yaml:"fee,omitempty"`
	QuantityLimit  string   `json:"quantity_limit,omitempty" yaml:"quantity_limit,omitempty"`
	Visits         *int     `json:"visits,omitempty" yaml:"visits,omitempty"`
	VisitReason    string   `json:"visit_reason,omitempty" yaml:"visit_reason,omitempty"`
	Channels       []string `json:"channels,omitempty" yaml:"channels,omitempty"`
	Place          string   `json:"place,omitempty" yaml:"place,omitempty"`
	Hours          string   `json:"hours,omitempty" yaml:"hours,omitempty"`
	Consult        string   `json:"consult,omitempty" yaml:"consult,omitempty"`
	Complain       string   `json:"complain,omitempty" yaml:"complain,omitempty"`
	Note           string   `json:"note,omitempty" yaml:"note,omitempty"`
}
