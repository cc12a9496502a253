package applications

import (
	"context"
	"slices"
	"strings"

	"yimen/internal/catalogue/form"
	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/platform/db"
)

// Holder says whose licence can stand for a material.
type Holder string

// Whose licence. A material that is another person's (法定代表人, 逝者, 父母双方 …)
// has no holder: the consent of who files does not reach what is another's, so such
// a paper is handed in.
const (
	HeldByNobody    Holder = ""
	HeldByApplicant Holder = "applicant"
	HeldByHandler   Holder = "handler" // 代办人、经办人: the person who fills in for somebody
)

// LicenceValid is the one state in which a licence stands for a paper; the others
// are suspended, revoked, cancelled and expired, as the licences context has them.
const LicenceValid = "valid"

// Licence is what an application needs to know of a licence.
type Licence struct {
	ID         string
	Identifier string // GB/T 36904
	Number     string
	Type       string
	TypeName   string
	Item       string // it was issued for; '' when it was issued elsewhere
	Holder     string // party
	HolderKind string
	HolderName string
	IssuerName string
	State      string // today
	Since      clock.Date
	Ground     string // of a state that is not valid
	ValidFrom  clock.Date
	ValidTo    clock.Date // zero for 长期
	Counts     bool       // valid today and begun
}

// FaceLine is one line of a licence's frozen face.
type FaceLine struct {
	Key, Label string
	Value      form.Value
	Class      form.Class
}

// Licences tells about issued licences; the licences context is behind it. Who may
// know of one is asked here, before.
type Licences interface {
	// Held gives the licences of these types that a party holds, newest first.
	Held(ctx context.Context, r db.Reader, party string, types []string) ([]Licence, error)
	// Several gives licences by id as they stand now; unknown ones are left out.
	Several(ctx context.Context, r db.Reader, ids []string) (map[string]Licence, error)
	// Faces opens frozen faces by licence.
	Faces(ctx context.Context, r db.Reader, ids []string) (map[string][]FaceLine, error)
}

// mayConsent tells whether the actor can consent, for whom he files, to the fetching
// of this licence for this slot (个人信息保护法 art. 13, 23):
//   - for the applicant himself and whoever acts for him, once seen with a document
//     (assurance 1, which the caller asks of the party);
//   - under a mandate for some items only not for a person's licence: whoever gave
//     it consented to those affairs, not to every register;
//   - at the counter the clerk records the consent of who stands there, and both are
//     in the journal; a department's system that has the clerk's post does the same
//     for whom its own counter saw;
//   - the handler for his own, and nobody else for it.
func mayConsent(actor gov.Actor, a *Application, slot Slot, l Licence) bool {
	if slot.Licence == "" || l.Type != slot.Licence {
		return false
	}
	switch slot.Holder {
	case HeldByApplicant:
		if l.Holder != a.Applicant || actor.Narrowed() && l.HolderKind == "person" {
			return false
		}
		return mine(actor, a) || actor.At(gov.RoleClerk, string(a.Region)) && actor.OnBehalfOf == a.Applicant
	case HeldByHandler:
		return l.Holder == a.Handler && a.Handler != "" && actor.Party == a.Handler && mine(actor, a)
	}
	return false
}

// known tells whether whoever files was seen with a document: a declared identity
// opens nobody's licences.
func (s *Service) known(ctx context.Context, r db.Reader, actor gov.Actor, a *Application) (bool, error) {
	if actor.Kind == gov.Person && actor.Assurance < 1 || actor.Concerned() != a.Applicant {
		return false, nil
	}
	p, err := s.d.People.Applicant(ctx, r, actor)
	return err == nil && p.Assurance > 0, err
}

// agents are the words for whoever fills in for somebody; others name people who
// are not the applicant, whatever their part in the affair.
var (
	agents = []string{"代办人", "经办人", "代理人", "受托人", "被委托人"}
	others = []string{"法定代表人", "负责人", "股东", "发起人", "投资人", "合伙人", "逝者", "死者", "亡者", "父母", "父亲", "母亲",
		"配偶", "双方", "子女", "未成年人", "监护人", "担保人", "对方", "出租", "房东", "业主", "买方", "卖方", "买受人", "出卖人",
		"转让方", "受让方", "人员", "拟聘", "拟任", "校长"}
)

// HolderOf tells whose licence can stand for a material, from its key and name as
// the catalogue writes them. A material whose key says more than its licence type
// (id_card_dead) or whose name speaks of somebody else is not the applicant's: rather
// ask for a paper than fetch the wrong person's.
func HolderOf(key, name, licence string) Holder {
	speaks := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) })
	}
	switch part, qualified := strings.CutPrefix(key, licence+"_"); {
	case licence == "":
		return HeldByNobody
	case speaks(agents), qualified && part == "agent":
		return HeldByHandler
	case speaks(others), qualified && part != "applicant":
		return HeldByNobody
	}
	return HeldByApplicant
}
