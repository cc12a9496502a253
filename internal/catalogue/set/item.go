package set

import "yimen/internal/catalogue/form"

// Item is a base item (基本目录) as items.yaml has it. All Chinese enumerations
// keep the file's words; field names follow the data README.
type Item struct {
	ID             string      `json:"id" yaml:"id"`                           // slug
	Code           string      `json:"code" yaml:"code"`                       // SX-type-department-serial
	Name           string      `json:"name" yaml:"name"`                       //
	Type           string      `json:"type" yaml:"type"`                       // one of Types
	Audience       string      `json:"audience" yaml:"audience"`               // 自然人, 法人 or both
	Department     string      `json:"department" yaml:"department"`           // department id
	Level          []string    `json:"level" yaml:"level"`                     // of 市 县 镇 村
	LegalBasis     []Basis     `json:"legal_basis" yaml:"legal_basis"`         //
	StatutoryDays  int         `json:"statutory_days" yaml:"statutory_days"`   // 0 unless StatutoryLimit is law
	CommitmentDays int         `json:"commitment_days" yaml:"commitment_days"` // 0 = at once
	DayUnit        string      `json:"day_unit" yaml:"day_unit"`               // 工作日 or 自然日
	StatutoryLimit string      `json:"statutory_limit" yaml:"statutory_limit"` // law, immediate, none
	Immediate      bool        `json:"immediate" yaml:"immediate"`             // CommitmentDays is 0
	CaseKind       string      `json:"case_kind" yaml:"case_kind"`             // 即办件 or 承诺件
	Fee            Fee         `json:"fee" yaml:"fee"`                         //
	QuantityLimit  string      `json:"quantity_limit,omitempty" yaml:"quantity_limit,omitempty"`
	Result         []Result    `json:"result" yaml:"result"`
	Conditions     []Condition `json:"conditions" yaml:"conditions"`
	Materials      []Material  `json:"materials" yaml:"materials"`
	Stages         []Stage     `json:"stages" yaml:"stages"`
	Procedures     []Procedure `json:"special_procedures" yaml:"special_procedures"`
	FormFields     []FormField `json:"form_fields" yaml:"form_fields"`
	OnlineDepth    int         `json:"online_depth" yaml:"online_depth"` // 1 to 4
	Visits         int         `json:"visits" yaml:"visits"`
	VisitReason    string      `json:"visit_reason,omitempty" yaml:"visit_reason,omitempty"`
	Channels       []string    `json:"channels" yaml:"channels"`
	Themes         []string    `json:"themes" yaml:"themes"`
	Place          string      `json:"place,omitempty" yaml:"place,omitempty"`       // '' = the department's or the hall's
	Hours          string      `json:"hours,omitempty" yaml:"hours,omitempty"`       //
	Consult        string      `json:"consult,omitempty" yaml:"consult,omitempty"`   //
	Complain       string      `json:"complain,omitempty" yaml:"complain,omitempty"` //
	Note           string      `json:"note,omitempty" yaml:"note,omitempty"`
	Sources        []Source    `json:"sources,omitempty" yaml:"sources,omitempty"`
}

// The words of an item's enumerations.
const (
	ForPersons       = "自然人"
	ForOrganisations = "法人"
	ForBoth          = "both"

	LimitByLaw     = "law"
	LimitAtOnce    = "immediate"
	LimitNone      = "none"
	KindImmediate  = "即办件"
	KindPromised   = "承诺件"
	WorkingDays    = "工作日"
	NaturalDays    = "自然日"
	Necessary      = "必要"
	Optional       = "非必要"
	Deferrable     = "容缺"
	FromApplicant  = "申请人自备"
	FromGovernment = "政府部门核发"
	FromOthers     = "其他"
)

// Types are the item types of GB/T 39046 A.1, with their two-digit codes.
var Types = map[string]string{
	"行政许可": "01", "行政给付": "05", "行政确认": "07", "行政奖励": "08",
	"行政裁决": "09", "其他行政权力": "10", "公共服务": "20",
}

// Levels are the levels of authority an item can be handled at, from the top.
var Levels = []string{"市", "县", "镇", "村"}

// Basis is a law the item rests on. Article is empty where its text was not seen.
type Basis struct {
	Law      string `json:"law" yaml:"law"`
	Article  string `json:"article" yaml:"article"`
	Verified bool   `json:"verified" yaml:"verified"`
	Edition  string `json:"edition,omitempty" yaml:"edition,omitempty"` // date of the text seen
	SeenIn   string `json:"seen_in,omitempty" yaml:"seen_in,omitempty"`
	Note     string `json:"note,omitempty" yaml:"note,omitempty"`
}

// Fee says whether the item costs anything. Charging what is not listed here is
// a red card.
type Fee struct {
	Charged  bool   `json:"charged" yaml:"charged"`
	Standard string `json:"standard" yaml:"standard"`
	Basis    string `json:"basis,omitempty" yaml:"basis,omitempty"`
}

// Result is what a grant gives. Licence is empty where it is not a licence type.
type Result struct {
	Name     string   `json:"name" yaml:"name"`
	Licence  string   `json:"licence" yaml:"licence"`
	Validity string   `json:"validity" yaml:"validity"` // in words; see catalogue.ParseValidity
	Delivery []string `json:"delivery" yaml:"delivery"`
}

// Condition is one condition of a grant with the test behind it.
type Condition struct {
	ID   string `json:"id" yaml:"id"`
	Text string `json:"text" yaml:"text"`
	Test Test   `json:"test" yaml:"test"`
}

// Test is the structured form of a condition: number and ratio compare Measure
// with Value, licence asks for a valid one, fact is a yes or no. Value is empty
// where Parameter names the local standard.
type Test struct {
	Kind      string `json:"kind" yaml:"kind"`
	Measure   string `json:"measure,omitempty" yaml:"measure,omitempty"`
	Op        string `json:"op,omitempty" yaml:"op,omitempty"`
	Value     string `json:"value,omitempty" yaml:"value,omitempty"`
	Parameter string `json:"parameter,omitempty" yaml:"parameter,omitempty"`
	Unit      string `json:"unit,omitempty" yaml:"unit,omitempty"`
	Licence   string `json:"licence,omitempty" yaml:"licence,omitempty"`
	State     string `json:"state,omitempty" yaml:"state,omitempty"`
	Field     string `json:"field,omitempty" yaml:"field,omitempty"` // form field that holds the measure
}

// Material is a document the item requires. Key is the same for the same
// document everywhere.
type Material struct {
	Key         string   `json:"key" yaml:"key"`
	Name        string   `json:"name" yaml:"name"`
	Source      string   `json:"source" yaml:"source"`
	Forms       []string `json:"forms" yaml:"forms"` // of 原件 复印件 电子
	Copies      int      `json:"copies" yaml:"copies"`
	Necessity   string   `json:"necessity" yaml:"necessity"`
	LegalBasis  string   `json:"legal_basis" yaml:"legal_basis"`
	BasisKind   string   `json:"basis_kind,omitempty" yaml:"basis_kind,omitempty"`
	Replaceable bool     `json:"replaceable_by_licence" yaml:"replaceable_by_licence"`
	Licence     string   `json:"licence" yaml:"licence"`
	Elements    []string `json:"elements" yaml:"elements"`
	Generated   bool     `json:"generated_from_form" yaml:"generated_from_form"` // the application form itself
}

// Stage is a step of the published flow.
type Stage struct {
	Seq        int      `json:"seq" yaml:"seq"`
	Name       string   `json:"name" yaml:"name"`
	Actor      string   `json:"actor" yaml:"actor"`
	Role       string   `json:"role,omitempty" yaml:"role,omitempty"` // 承办 审核 批准, '' = by Name
	Days       int      `json:"days" yaml:"days"`
	Counted    bool     `json:"counted" yaml:"counted"` // inside the promised limit
	Procedures []string `json:"special_procedures,omitempty" yaml:"special_procedures,omitempty"`
	Outcomes   []string `json:"outcomes,omitempty" yaml:"outcomes,omitempty"`
}

// Procedure is a special procedure (art. 45) or a step that takes time of its own.
type Procedure struct {
	Name    string `json:"name" yaml:"name"`
	Kind    string `json:"kind" yaml:"kind"`
	MaxDays int    `json:"max_days" yaml:"max_days"`
	DayUnit string `json:"day_unit" yaml:"day_unit"`
	Counted bool   `json:"counted_in_limit" yaml:"counted_in_limit"`
}

// FormField is a question of the item's form; its rules are its element's.
type FormField struct {
	Key          string        `json:"key" yaml:"key"`
	Label        string        `json:"label" yaml:"label"`
	Type         form.Type     `json:"type" yaml:"type"`
	Required     bool          `json:"required" yaml:"required"`
	Element      string        `json:"element" yaml:"element"`
	Options      []string      `json:"options,omitempty" yaml:"options,omitempty"`
	Columns      []form.Column `json:"columns,omitempty" yaml:"columns,omitempty"`
	RequiredWhen *form.When    `json:"required_when,omitempty" yaml:"required_when,omitempty"`
}

// Source says where a fact of the set was seen.
type Source struct {
	About []string `json:"about" yaml:"about"`
	Kind  string   `json:"kind" yaml:"kind"`
	Ref   string   `json:"ref" yaml:"ref"`
	Note  string   `json:"note,omitempty" yaml:"note,omitempty"`
}
