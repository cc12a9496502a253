package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/cases/joint"
	"yimen/internal/catalogue"
	"yimen/internal/catalogue/form"
	"yimen/internal/identity"
	"yimen/internal/licences"
	"yimen/internal/messages"
	"yimen/internal/platform/blob"
	"yimen/internal/platform/config"
	"yimen/internal/platform/db"
	"yimen/internal/platform/event"
	"yimen/internal/platform/job"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/keys"
	"yimen/internal/platform/now"
	"yimen/internal/platform/once"
	"yimen/internal/platform/serial"
	"yimen/internal/ratings"
	"yimen/internal/registers"
	"yimen/internal/rehearsal"
	"yimen/internal/scores"
	"yimen/internal/supervision"
	"yimen/internal/web/letters"
	"yimen/migrations"
	"yimen/seed"
)

// App is the program, ready to serve, to work or to run one command.
type App struct {
	Config       config.Values
	Log          *slog.Logger
	Now          now.Clock
	DB           *db.DB
	Ring         *keys.Ring
	Book         *journal.Book
	Files        *blob.Service
	Identity     *identity.Service
	Catalogue    *catalogue.Service
	Applications *applications.Service
	Cases        *cases.Service
	Joint        *joint.Service
	Licences     *licences.Service
	Registers    *registers.Service
	Ratings      *ratings.Service
	Messages     *messages.Service
	Scores       *scores.Service
	Supervision  *supervision.Service
	Jobs         *job.Worker
	Sending      *job.Worker // mail and SMS
	Sequencer    *event.Sequencer
	Once         *once.Keeper

	// PageCache bounds the pages kept rendered, in bytes; 0 is the kit's default.
	PageCache int

	base string // where people reach us; known once the address is
}

// Mode says what a command needs of the installation.
type Mode struct {
	ReadOnly bool         // may run beside a server
	Migrate  bool         // bring the schema up to date, make the key file of a new installation
	Now      now.Clock    // nil: the machine's
	Trace    db.Trace     // nil: nobody listens
	Log      *slog.Logger // nil: as configured, to standard error

	// Passwords is what hashing one costs; zero is identity.DefaultCost. Tests that
	// make towns take identity.CheapCost: the passwords took two thirds of their time.
	Passwords identity.Cost
}

// New opens the installation and builds everything, in the order of imports.
func New(ctx context.Context, v config.Values, m Mode) (_ *App, err error) {
	a := &App{Config: v, Log: m.Log, Now: m.Now, base: v.Text("public-url")}
	if a.Now == nil {
		a.Now = now.System
	}
	if a.Log == nil {
		a.Log = newLog(v.Text("log"))
	}
	a.DB, err = db.Open(ctx, db.Options{Dir: v.Text("data"), URL: v.Text("db"), ReadOnly: m.ReadOnly,
		Now: a.Now, Conns: v.Number("db-conns"), Trace: m.Trace})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			a.DB.Close()
		}
	}()
	if m.Migrate {
		if err := a.DB.Migrate(ctx, migrations.Files); err != nil {
			return nil, fmt.Errorf("migrations: %w", err)
		}
	}
	if err := a.openKeys(ctx, m.Migrate); err != nil {
		return nil, err
	}
	if err := a.build(m.Passwords); err != nil {
		return nil, err
	}
	return a, nil
}

// Close ends the installation's use; jobs and requests have ended before.
func (a *App) Close() error { return a.DB.Close() }

func newLog(form string) *slog.Logger {
	if form == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, nil))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, nil))
}

// openKeys loads the key file. A new installation gets one; an installation that
// has data but no keys is not started, because it would write what nobody could
// ever read together with the old.
func (a *App) openKeys(ctx context.Context, create bool) (err error) {
	path := KeyFile(a.Config)
	a.Ring, err = keys.Load(path)
	if err == nil || !errors.Is(err, keys.ErrMissing) || !create {
		return err
	}
	empty, reading := journal.Empty(ctx, a.DB)
	if reading != nil {
		return reading
	}
	if !empty {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	a.Ring, err = keys.Create(path)
	return err
}

func (a *App) build(passwords identity.Cost) (err error) {
	a.Book = journal.New(a.Ring)
	source := event.Source(a.Config.Text("installation"))
	store, err := a.store()
	if err != nil {
		return err
	}
	layout, err := form.ParseLayout(seed.Groups())
	if err != nil {
		return err
	}
	a.Files = &blob.Service{DB: a.DB, Store: store, Ring: a.Ring, Now: a.Now}
	a.Identity = identity.New(identity.Deps{DB: a.DB, Book: a.Book, Ring: a.Ring, Events: source, Now: a.Now, Cost: passwords})
	a.Catalogue = catalogue.New(catalogue.Deps{DB: a.DB, Book: a.Book, Events: source, Layout: layout, Log: a.Log})
	a.Licences = licences.New(licences.Deps{DB: a.DB, Book: a.Book, Events: source, Sealer: a.Ring})
	a.Registers = registers.New(registers.Deps{DB: a.DB, Book: a.Book, Events: source, Ring: a.Ring, Now: a.Now, Calendar: a.Catalogue,
		Bodies: owners{a}, Reactions: owners{a}})
	a.Applications = applications.New(applications.Deps{DB: a.DB, Book: a.Book, Events: source, Sealer: a.Ring,
		Files: a.Files, Now: a.Now, Numbers: serial.NewLease(a.DB), Items: applicationItems{a}, People: people{a}, Looks: a.Identity, Disputes: disputing{a}, Licences: licenceStore{a}, Begun: begun{a},
		Reactions: filing{a}})
	a.Cases = cases.New(cases.Deps{DB: a.DB, Book: a.Book, Events: source, Sealer: a.Ring, Items: caseItems{a},
		Calendar: a.Catalogue, Answers: a.Applications, Printer: letters.New(a.URL), Bodies: bodies{a}, Reactions: handling{a}})
	a.Joint = joint.New(joint.Deps{DB: a.DB, Book: a.Book, Events: source, Sealer: a.Ring, Cases: a.Cases, Calendar: a.Catalogue,
		Bodies: bodies{a}, Reactions: together{a}, Now: a.Now})
	a.Ratings = ratings.New(ratings.Deps{DB: a.DB, Book: a.Book, Events: source, Sealer: a.Ring, Reactions: rating{a}})
	if err := a.buildSupervision(); err != nil {
		return err
	}
	if err := a.buildScores(source); err != nil {
		return err
	}
	if err := a.buildMessages(); err != nil {
		return err
	}
	a.Identity.React(a.identityReactions())
	a.Catalogue.React(catalogueReactions{a})
	a.Licences.React(licences.Reactions{Changed: a.licenceChanged})
	a.Once = &once.Keeper{DB: a.DB, Secrets: a.Ring}
	a.Sequencer = &event.Sequencer{DB: a.DB, Log: a.Log}
	a.Jobs, a.Sending = a.schedule(), a.sending()
	return nil
}

// store is where attachments lie: beside the database, or in an S3-compatible store.
func (a *App) store() (blob.Store, error) {
	v := a.Config
	if v.Text("s3-endpoint") == "" {
		return blob.NewDir(filepath.Join(v.Text("data"), "blobs"))
	}
	return blob.NewS3(blob.S3Options{Endpoint: v.Text("s3-endpoint"), TLS: !v.Switch("s3-insecure"), Bucket: v.Text("s3-bucket"),
		Region: v.Text("s3-region"), Prefix: "yimen/", AccessKey: v.Text("s3-access-key"), SecretKey: v.Text("s3-secret-key")})
}

// URL is the address of a path for people outside: QR codes, letters.
func (a *App) URL(path string) string { return a.base + path }

// Reached tells where people reach us when the configuration does not.
func (a *App) Reached(base string) {
	if a.base == "" {
		a.base = base
	}
}

// Nouns are all tables whose rows carry a chain, for `journal verify`.
func Nouns() []journal.Noun {
	out := slices.Concat(identity.Nouns(), catalogue.Nouns(), registers.Nouns(), joint.Nouns(), scores.Nouns(), supervision.Nouns())
	return append(out,
		journal.Noun{Kind: applications.SubjectKind, Table: "application", State: "state"},
		journal.Noun{Kind: applications.DocumentKind, Table: "document"},
		journal.Noun{Kind: cases.SubjectKind, Table: "cases", State: "state"},
		journal.Noun{Kind: licences.SubjectKind, Table: "licence", State: "state"},
		journal.Noun{Kind: ratings.SubjectKind, Table: "rating"})
}

// Stage lets the installation be played on: fixtures, tests, measurements.
func (a *App) Stage() *rehearsal.Stage {
	return &rehearsal.Stage{DB: a.DB, Now: a.Now, Identity: a.Identity, Catalogue: a.Catalogue, Applications: a.Applications,
		Cases: a.Cases, Ratings: a.Ratings}
}
