package steps

import (
	"slices"
	"strings"

	"yimen/internal/catalogue/set"
	"yimen/internal/gov"
)

// Step is one of the department's own steps inside `accepted`.
type Step struct {
	Role     gov.Role // officer 承办, reviewer 审核 or approver 批准
	Stage    string   // the published stage it belongs to
	StageSeq int
	// Days is the step's share of the stage's days; the shares of a stage sum to
	// its days, and over all steps to the promise.
	Days int
	// Together says that the step follows the one before it in one sitting: the
	// stage is 审查与决定.
	Together   bool
	Procedures []set.Procedure // of the stage; on its first step only
}

// SiteVisit reports whether a 现场核查 belongs to the step: two officials at
// least, both named (art. 34).
func (s Step) SiteVisit() bool {
	return slices.ContainsFunc(s.Procedures, func(p set.Procedure) bool {
		return p.Kind == "现场踏勘" || strings.Contains(p.Name, "现场核查")
	})
}

var stageRoles = map[string]gov.Role{
	"承办": gov.RoleOfficer, "审核": gov.RoleReviewer, "批准": gov.RoleApprover,
}

// Derive turns published stages into steps (domain.md §4): a stage's own
// role is honoured; else 审查 = 承办 then 审核, 决定 = 批准, 审查与决定 = 承办 then 批准
// in one sitting; another counted stage is work of the 承办人. What the counter
// and the outlet do is no step. An item always ends with somebody who decides.
func Derive(stages []set.Stage, procedures []set.Procedure) []Step {
	var steps []Step
	for _, st := range stages {
		roles, together := rolesOf(st)
		steps = append(steps, stepsOf(st, roles, together, procedures)...)
	}
	if len(steps) == 0 || !slices.ContainsFunc(steps, func(s Step) bool { return s.Role == gov.RoleApprover }) {
		last := set.Stage{Name: "决定", Seq: len(stages)}
		if len(stages) > 0 {
			last = stages[len(stages)-1]
		}
		decision := Step{Role: gov.RoleApprover, Stage: last.Name, StageSeq: last.Seq, Together: len(steps) > 0}
		steps = append(steps, decision)
	}
	return steps
}

func rolesOf(st set.Stage) (roles []gov.Role, together bool) {
	if r, ok := stageRoles[st.Role]; ok {
		return []gov.Role{r}, false
	}
	review, decision := strings.Contains(st.Name, "审查"), strings.Contains(st.Name, "决定")
	switch {
	case review && decision:
		return []gov.Role{gov.RoleOfficer, gov.RoleApprover}, true
	case review:
		return []gov.Role{gov.RoleOfficer, gov.RoleReviewer}, false
	case decision:
		return []gov.Role{gov.RoleApprover}, false
	case st.Counted:
		return []gov.Role{gov.RoleOfficer}, false
	default:
		return nil, false
	}
}

// stepsOf shares a stage's days: the first step gets what the others leave, each
// of which gets a third.
func stepsOf(st set.Stage, roles []gov.Role, together bool, procedures []set.Procedure) []Step {
	steps := make([]Step, 0, len(roles))
	left := 0
	if st.Counted {
		left = st.Days
	}
	share := left / 3
	for i, role := range roles {
		step := Step{Role: role, Stage: st.Name, StageSeq: st.Seq, Days: share, Together: together && i > 0}
		if i == 0 {
			step.Days = left - share*(len(roles)-1)
			step.Procedures = named(st.Procedures, procedures)
		}
		steps = append(steps, step)
	}
	return steps
}

func named(names []string, all []set.Procedure) []set.Procedure {
	var out []set.Procedure
	for _, p := range all {
		if slices.Contains(names, p.Name) {
			out = append(out, p)
		}
	}
	return out
}
