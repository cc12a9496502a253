package gov

import "slices"

// ActorKind says what sort of account stands behind an act.
type ActorKind string

// The kinds of actor. Anonymous is the visitor of a public page;
// System is the program itself (jobs, deemed acceptance under art. 32).
const (
	Anonymous ActorKind = "anonymous"
	Person    ActorKind = "person"
	Staff     ActorKind = "staff"
	Service   ActorKind = "service"
	System    ActorKind = "system"
)

// Channel is the way an act reached us. Every act, application and rating
// carries one (GB/T 39046 A.5 and table 9).
type Channel string

// The channels. Import is a set or an upload read by a command, not a person.
const (
	Web     Channel = "web"
	Mobile  Channel = "mobile"
	Counter Channel = "counter"
	Kiosk   Channel = "kiosk"
	Hotline Channel = "hotline"
	API     Channel = "api"
	Import  Channel = "import"
)

// Channels lists every channel in display order.
func Channels() []Channel {
	return []Channel{Web, Mobile, Counter, Kiosk, Hotline, API, Import}
}

// Valid reports whether c is one of the channels; text from outside is not
// trusted to be one.
func (c Channel) Valid() bool { return slices.Contains(Channels(), c) }

// Role is what a post, a mandate or a token lets its holder do.
type Role string

// The roles of issue-wide use, named as in the glossary. The three
// administrators are apart because 等保 2.0 wants system, security and audit
// duties in different hands (GB/T 22239 §8.1.4.2).
const (
	RoleResident      Role = "resident"      // 自然人, applies for himself
	RoleHandler       Role = "handler"       // 经办人, acts for an organisation under a mandate
	RoleClerk         Role = "clerk"         // 综合窗口
	RoleOutlet        Role = "outlet"        // 统一出件
	RoleOfficer       Role = "officer"       // 承办
	RoleReviewer      Role = "reviewer"      // 审核
	RoleApprover      Role = "approver"      // 批准
	RoleEditor        Role = "editor"        // 事项目录编辑
	RoleSupervisor    Role = "supervisor"    // 效能监督
	RoleAdministrator Role = "administrator" // 系统管理员
	RoleSecurity      Role = "security"      // 安全管理员
	RoleAuditor       Role = "auditor"       // 审计管理员
	RoleService       Role = "service"       // a department system with a token
)

// Roles lists every role; the authorisation matrix walks it.
func Roles() []Role {
	return []Role{
		RoleResident, RoleHandler, RoleClerk, RoleOutlet, RoleOfficer, RoleReviewer, RoleApprover,
		RoleEditor, RoleSupervisor, RoleAdministrator, RoleSecurity, RoleAuditor, RoleService,
	}
}

// Valid reports whether r is one of Roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }

// Posted reports whether the role is held through a post at a body, in contrast
// to roles that follow from being a person, a mandate holder or a token.
func (r Role) Posted() bool {
	switch r {
	case RoleResident, RoleHandler, RoleService:
		return false
	default:
		return r.Valid()
	}
}

// Post is a role at a body in force at the moment of the act. Region is the
// body's 12-digit region; Department the department id of the body.
type Post struct {
	ID         string
	Body       string
	Department string
	Region     string
	Role       Role
}

// Actor is who acts, handed down as a parameter and never dug out of a context.
// Party is the person (or, for a token, the organisation) behind Account.
// OnBehalfOf is the party acted for: the organisation of a handler, the
// applicant of a walk-in at the counter, the ward of a guardian; ” when one
// acts for oneself. Assurance is 0 declared, 1 seen at a counter, 2 from an
// upstream identity. Device and Window name the terminal and the counter window.
type Actor struct {
	Account    string
	Party      string
	Name       string
	Kind       ActorKind
	Posts      []Post
	Assurance  int
	OnBehalfOf string
	Items      []string // with OnBehalfOf: the items his mandates reach; nil is every item
	Channel    Channel
	Device     string
	Window     string
}

// Nobody is the actor of a visitor who has not signed in.
func Nobody(channel Channel) Actor { return Actor{Kind: Anonymous, Channel: channel} }

// SignedIn reports whether an account stands behind the actor.
func (a Actor) SignedIn() bool { return a.Account != "" && a.Kind != Anonymous && a.Kind != "" }

// Concerned is the party whose affair the act is: the one acted for, or oneself.
func (a Actor) Concerned() string {
	if a.OnBehalfOf != "" {
		return a.OnBehalfOf
	}
	return a.Party
}

// Narrowed reports whether a mandate's scope leaves out some of the affairs of the party acted for.
func (a Actor) Narrowed() bool { return a.Kind == Person && a.OnBehalfOf != "" && a.Items != nil }

// Reaches reports whether an affair in the item is the actor's to see and to do, as far as his mandate goes: always
// when he acts for himself. Whose affair it is, is another question (Concerned).
func (a Actor) Reaches(item string) bool { return !a.Narrowed() || slices.Contains(a.Items, item) }

// Has reports whether the actor holds the role anywhere. A person is a resident
// by being one, a handler only while acting for another party; a token has the
// service role; every other role comes from a post, and only staff and tokens
// hold posts, so that a resident's session never carries the powers of his job.
func (a Actor) Has(role Role) bool {
	switch role {
	case RoleResident:
		return a.Kind == Person
	case RoleHandler:
		return a.Kind == Person && a.OnBehalfOf != ""
	case RoleService:
		return a.Kind == Service
	default:
		return a.any(role, func(Post) bool { return true })
	}
}

// HasAny reports whether the actor holds at least one of the roles.
func (a Actor) HasAny(roles ...Role) bool { return slices.ContainsFunc(roles, a.Has) }

// HasAt reports whether the actor holds the role at exactly this body.
func (a Actor) HasAt(role Role, body string) bool {
	return body != "" && a.any(role, func(p Post) bool { return p.Body == body })
}

// At reports whether a post with the role stands at a region that contains the
// given one: scopes are "my body and its subtree", so a city post reaches down
// to its villages and never up or sideways.
func (a Actor) At(role Role, region string) bool {
	return a.any(role, func(p Post) bool { return Region(p.Region).Contains(Region(region)) })
}

// Bodies lists the bodies at which the actor holds the role, each once, in the
// order of the posts.
func (a Actor) Bodies(role Role) []string {
	var bodies []string
	for _, p := range a.held(role) {
		if p.Body != "" && !slices.Contains(bodies, p.Body) {
			bodies = append(bodies, p.Body)
		}
	}
	return bodies
}

// Regions lists the regions at which the actor holds the role, each once.
// Malformed ones are left out, so that a list narrowed by them shows too little
// rather than too much.
func (a Actor) Regions(role Role) []Region {
	var regions []Region
	for _, p := range a.held(role) {
		r := Region(p.Region)
		if r.Valid() && !slices.Contains(regions, r) {
			regions = append(regions, r)
		}
	}
	return regions
}

func (a Actor) any(role Role, where func(Post) bool) bool {
	return slices.ContainsFunc(a.held(role), where)
}

func (a Actor) held(role Role) []Post {
	if (a.Kind != Staff && a.Kind != Service) || !role.Posted() {
		return nil
	}
	var posts []Post
	for _, p := range a.Posts {
		if p.Role == role {
			posts = append(posts, p)
		}
	}
	return posts
}
