package app

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
	"golang.org/x/sync/errgroup"

	"yimen/internal/clock"
	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
	"yimen/seed"
)

// Town is the demo town as seed/demo/town.yaml describes it: a script of acts,
// played through the same services as everything else.
type Town struct {
	Password      string             `yaml:"password"`
	Region        string             `yaml:"region"`
	Bodies        []townBody         `yaml:"bodies"`
	Staff         []townStaff        `yaml:"staff"`
	People        []townPerson       `yaml:"people"`
	Organisations []townOrganisation `yaml:"organisations"`

	Registers map[string]townRegister `yaml:"registers"` // by registers.ID
}

type townBody struct {
	Department string `yaml:"department"`
	Region     string `yaml:"region"`
	Name       string `yaml:"name"`
	ShortName  string `yaml:"short_name"`
	CreditCode string `yaml:"credit_code"`
	Address    string `yaml:"address"`
	Phone      string `yaml:"phone"`
	Hours      string `yaml:"hours"`
	Complain   string `yaml:"complain"`
}

type townStaff struct {
	Login  string     `yaml:"login"`
	Name   string     `yaml:"name"`
	Region string     `yaml:"region"`
	Posts  []townPost `yaml:"posts"`
}

type townPost struct {
	Role   gov.Role `yaml:"role"`
	At     string   `yaml:"at"` // department@region; * is every department
	Window string   `yaml:"window"`
}

type townPerson struct {
	Login     string `yaml:"login"`
	Name      string `yaml:"name"`
	IDNumber  string `yaml:"id_number"`
	Phone     string `yaml:"phone"`
	Region    string `yaml:"region"`
	Assurance int    `yaml:"assurance"`
	Gender    string `yaml:"gender"`
	BirthDate string `yaml:"birth_date"`
	Address   string `yaml:"address"`
}

type townOrganisation struct {
	Name          string     `yaml:"name"`
	CreditCode    string     `yaml:"credit_code"`
	Type          string     `yaml:"type"`
	LegalName     string     `yaml:"legal_name"`
	LegalIDNumber string     `yaml:"legal_id_number"`
	LegalPhone    string     `yaml:"legal_phone"`
	Registered    string     `yaml:"registered"`
	Business      string     `yaml:"business"`
	Established   clock.Date `yaml:"established"`
	Phone         string     `yaml:"phone"`
	Region        string     `yaml:"region"`
	Handler       string     `yaml:"handler"` // login
}

// ReadTown reads the town's description.
func ReadTown() (*Town, error) {
	var t Town
	if err := yaml.Unmarshal(seed.Town, &t); err != nil {
		return nil, fmt.Errorf("seed/demo/town.yaml: %w", err)
	}
	return &t, nil
}

// Demo makes the demo town unless it stands already. It may be stopped at any
// point and goes on where it was: every act is looked for before it is played.
// progress is told how far it is.
func (a *App) Demo(ctx context.Context, progress func(done, all int)) (*Town, error) {
	town, err := ReadTown()
	if err != nil {
		return nil, err
	}
	var done string
	err = a.DB.Row(ctx, `SELECT value FROM setting WHERE key = 'demo'`).Scan(&done)
	if err == nil {
		return town, nil
	}
	if !db.NoRows(err) {
		return nil, err
	}
	p := &player{App: a, town: town, clock: progress, all: len(town.Bodies) + len(town.Staff) + len(town.People) + len(town.Organisations) + 2}
	if err := p.play(ctx); err != nil {
		return nil, err
	}
	return town, a.DB.Do(ctx, func(tx *db.Tx) error {
		return tx.Exec(ctx, `INSERT INTO setting (key, value) VALUES ('demo', $1) ON CONFLICT (key) DO NOTHING`, town.Region)
	})
}

// player plays the town's script.
type player struct {
	*App
	town      *Town
	clock     func(done, all int)
	mu        sync.Mutex // over step
	step, all int
	bodies    map[string]identity.Body // department@region
	parties   map[string]string        // login → party
}

func (p *player) tick(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.step += n
	if p.clock != nil {
		p.clock(p.step, p.all)
	}
}

var founder = identity.System("demo", gov.Import)

func (p *player) play(ctx context.Context) error {
	if err := p.playBodies(ctx); err != nil {
		return err
	}
	// the catalogue wants the disk and passwords want the processor: side by side
	both, within := errgroup.WithContext(ctx)
	both.Go(func() error { return p.playCatalogue(within) })
	both.Go(func() error {
		if err := p.playStaff(within); err != nil {
			return err
		}
		return p.playPeople(within)
	})
	if err := both.Wait(); err != nil {
		return err
	}
	if err := p.playOrganisations(ctx); err != nil {
		return err
	}
	if err := p.playLicences(ctx); err != nil {
		return err
	}
	return p.playRegisters(ctx)
}

func (p *player) playBodies(ctx context.Context) error {
	have, err := p.Identity.Bodies(ctx, p.DB)
	if err != nil {
		return err
	}
	p.bodies = map[string]identity.Body{}
	for _, b := range have {
		p.bodies[bodyKey(b.Department, b.Region)] = b
	}
	for _, b := range p.town.Bodies {
		if _, ok := p.bodies[bodyKey(b.Department, b.Region)]; !ok {
			made, err := p.Identity.AddBody(ctx, founder, identity.BodyInput{Department: b.Department, Region: b.Region,
				Name: b.Name, ShortName: b.ShortName, CreditCode: b.CreditCode, Address: b.Address, Phone: b.Phone,
				Hours: b.Hours, Complain: b.Complain})
			if err != nil {
				return fmt.Errorf("body %s: %w", b.Name, err)
			}
			p.bodies[bodyKey(made.Department, made.Region)] = made
		}
		p.tick(1)
	}
	return nil
}

func bodyKey(department, region string) string {
	r, err := gov.ParseRegion(region)
	if err != nil {
		return ""
	}
	return department + "@" + string(r)
}

func (p *player) playCatalogue(ctx context.Context) error {
	if _, err := p.Catalogue.Import(ctx, founder, seed.Catalogue(), nil); err != nil {
		return err
	}
	_, err := p.Catalogue.ImportSynonyms(ctx, founder, seed.Synonyms())
	p.tick(1)
	return err
}

// playStaff hashes passwords side by side: that is what takes the time.
func (p *player) playStaff(ctx context.Context) error {
	var all errgroup.Group
	all.SetLimit(8)
	for _, s := range p.town.Staff {
		all.Go(func() error {
			a, _, err := p.Identity.CreateStaff(ctx, founder, identity.StaffInput{Name: s.Name, Login: s.Login, Region: s.Region, Password: p.town.Password})
			if taken(err, "login") {
				return nil
			}
			if err != nil {
				return fmt.Errorf("staff %s: %w", s.Login, err)
			}
			return p.posts(ctx, a.ID, s)
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	p.tick(len(p.town.Staff))
	return nil
}

func (p *player) posts(ctx context.Context, account string, s townStaff) error {
	for _, post := range s.Posts {
		department, region, _ := strings.Cut(post.At, "@")
		for _, b := range p.town.Bodies {
			if b.Region != region || (department != "*" && department != b.Department) {
				continue
			}
			_, err := p.Identity.AddPost(ctx, founder, identity.PostInput{Account: account, Body: p.bodies[bodyKey(b.Department, b.Region)].ID, Role: post.Role, Window: post.Window})
			if err != nil {
				return fmt.Errorf("post %s at %s: %w", s.Login, post.At, err)
			}
		}
	}
	return nil
}

// taken tells whether the account is there from an earlier start.
func taken(err error, path string) bool {
	e, ok := fault.As(err)
	return ok && e.Fields.Has(path)
}

// playPeople signs the residents up as they would themselves; a clerk then sees
// those of assurance 1 with their document.
func (p *player) playPeople(ctx context.Context) error {
	p.parties = map[string]string{}
	parties := make([]string, len(p.town.People))
	var all errgroup.Group
	all.SetLimit(8)
	for i, r := range p.town.People {
		all.Go(func() (err error) {
			parties[i], err = p.person(ctx, r)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	for i, r := range p.town.People {
		p.parties[r.Login] = parties[i]
		p.tick(1)
	}
	return nil
}

func (p *player) person(ctx context.Context, r townPerson) (string, error) {
	in, err := p.Identity.SignUp(ctx, identity.SignUpInput{Login: r.Login, Password: p.town.Password,
		PersonInput: identity.PersonInput{Name: r.Name, IDNumber: r.IDNumber, Phone: r.Phone, Region: r.Region}},
		identity.Origin{Channel: gov.Web})
	if taken(err, "login") {
		in, err = p.Identity.SignIn(ctx, r.Login, p.town.Password, identity.Origin{Channel: gov.Web})
		if err != nil {
			return "", err
		}
		return in.Actor.Party, p.Identity.SignOut(ctx, in.Token)
	}
	if err != nil {
		return "", fmt.Errorf("resident %s: %w", r.Login, err)
	}
	_, err = p.Identity.Declare(ctx, in.Actor, in.Actor.Party, map[string]string{
		"gender": r.Gender, "birth_date": r.BirthDate, "domicile_address": r.Address, "residence_address": r.Address})
	if err != nil {
		return "", fmt.Errorf("resident %s: %w", r.Login, err)
	}
	if err := p.Identity.SignOut(ctx, in.Token); err != nil || r.Assurance == 0 {
		return in.Actor.Party, err
	}
	seen, err := p.Identity.Raise(ctx, founder, identity.RaiseInput{Party: in.Actor.Party, Name: r.Name, IDNumber: r.IDNumber, Evidence: "居民身份证原件"})
	return seen.ID, err
}

func (p *player) playOrganisations(ctx context.Context) error {
	people := map[string]townPerson{}
	for _, r := range p.town.People {
		people[r.Login] = r
	}
	for _, o := range p.town.Organisations {
		org, err := p.Identity.RegisterOrganisation(ctx, founder, identity.OrganisationInput{Name: o.Name, CreditCode: o.CreditCode,
			Type: o.Type, LegalName: o.LegalName, LegalIDNumber: o.LegalIDNumber, LegalPhone: o.LegalPhone, Registered: o.Registered,
			Business: o.Business, Established: o.Established, Phone: o.Phone, Region: o.Region}, "营业执照原件")
		if fault.Is(err, "identity.organisation_exists") {
			p.tick(1)
			continue
		}
		if err != nil {
			return fmt.Errorf("organisation %s: %w", o.Name, err)
		}
		h := people[o.Handler]
		_, err = p.Identity.GrantMandate(ctx, founder, identity.MandateInput{Kind: identity.Handler, Principal: org.ID,
			AgentName: h.Name, AgentIDNumber: h.IDNumber, Evidence: "授权委托书原件"})
		if err != nil {
			return fmt.Errorf("mandate of %s: %w", o.Name, err)
		}
		p.tick(1)
	}
	return nil
}
