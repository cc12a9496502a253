package app_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"yimen/internal/app"
	"yimen/internal/app/apptest"
	"yimen/internal/applications"
	"yimen/internal/cases"
	"yimen/internal/gov"
	"yimen/internal/messages"
	"yimen/internal/platform/fault"
	"yimen/internal/ratings"
	"yimen/internal/rehearsal"
)

// together is a filed bundle that a test drives.
type together struct {
	t         *testing.T
	a         *app.App
	applicant gov.Actor
	id        string
}

func fileBundle(t *testing.T, a *app.App, applicant gov.Actor, bundle string, answers map[string]string, chosen ...string) *together {
	t.Helper()
	x, err := a.Stage().FileBundle(t.Context(), applicant, rehearsal.Choice{Bundle: bundle, Region: village, Answers: answers, Chosen: chosen})
	if err != nil {
		t.Fatal(err)
	}
	return &together{t, a, applicant, x.ID}
}

func (b *together) all() cases.Companions {
	b.t.Helper()
	all, err := b.a.Cases.Companions(b.t.Context(), b.applicant, b.id)
	if err != nil {
		b.t.Fatal(err)
	}
	return all
}

func (b *together) of(item string) cases.Companion {
	b.t.Helper()
	all := b.all()
	i := slices.IndexFunc(all, func(x cases.Companion) bool { return x.Item == item })
	if i < 0 {
		b.t.Fatal("no case for ", item)
	}
	return all[i]
}

func (b *together) bring(item string, g rehearsal.Goal) *cases.Case {
	b.t.Helper()
	c, err := b.a.Stage().Bring(b.t.Context(), b.applicant, b.of(item).Case, g)
	if err != nil {
		b.t.Fatal(item, err)
	}
	return c
}

// atOutlet counts the results that are to be fetched, as the progress page does.
func (b *together) atOutlet() (n int64) {
	b.t.Helper()
	for _, x := range b.all() {
		if x.Case.ToFetch() {
			n++
		}
	}
	return n
}

func (b *together) states(want map[string]cases.State) {
	b.t.Helper()
	for item, state := range want {
		if x := b.of(item); x.State != state {
			b.t.Errorf("%s is %s, not %s", item, x.State, state)
		}
	}
}

// told counts what the applicant was told under a key about this application.
func (b *together) told(key messages.Key) (out []messages.Received) {
	b.t.Helper()
	all, err := b.a.Messages.Inbox(b.t.Context(), b.applicant, messages.Page{Limit: messages.MostOnPage})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, m := range all {
		if m.Key == key {
			out = append(out, m)
		}
	}
	return out
}

// exactlyTold reads a message of which there must be one.
func (b *together) exactlyTold(key messages.Key) messages.Received {
	b.t.Helper()
	got := b.told(key)
	if len(got) != 1 {
		b.t.Fatalf("%s was told %d times", key, len(got))
	}
	return got[0]
}

var flat = map[string]string{"loan": "是", "gas": "是"}

// A refusal in the middle stops exactly what depends on it; the applicant is told
// once what stops and what goes on, and once how all of it ended.
func TestARefusalInTheMiddle(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		b := fileBundle(t, a, apptest.As(t, a, "resident1", gov.Web), "second-hand-house", flat)
		b.states(map[string]cases.State{"deed-tax": cases.Submitted, "realestate-transfer": cases.Waiting, "gas-transfer": cases.Waiting})
		b.bring("deed-tax", rehearsal.Goal{State: cases.Granted})
		b.states(map[string]cases.State{"realestate-transfer": cases.Submitted, "power-transfer": cases.Waiting})
		if got := b.exactlyTold(messages.CaseBegun); got.Args["cause"] != b.of("deed-tax").ItemName {
			t.Error("begun because of", got.Args["cause"])
		}
		b.bring("realestate-transfer", rehearsal.Goal{State: cases.Refused})
		b.states(map[string]cases.State{"realestate-mortgage": cases.Terminated, "power-transfer": cases.Terminated,
			"water-transfer": cases.Terminated, "gas-transfer": cases.Terminated})
		for _, item := range []string{"realestate-mortgage", "power-transfer", "gas-transfer"} {
			if x := b.of(item); x.Cause != b.of("realestate-transfer").ID || x.Ended != cases.ActCut {
				t.Errorf("%s ended by %s because of %s", item, x.Ended, x.Cause)
			}
		}
		got := b.exactlyTold(messages.BundleEndedEarly) // the receipt of the tax, and the letter of the refusal
		if fetch := b.atOutlet(); fetch != 2 || got.Args["granted"] != int64(1) || got.Args["other"] != int64(5) || got.Args["fetch"] != fetch {
			t.Error(fetch, "wait:", got.Args)
		}
		names := []string{}
		for _, item := range []string{"realestate-mortgage", "power-transfer", "water-transfer", "gas-transfer"} {
			names = append(names, b.of(item).ItemName)
		}
		if got.Args["item"] != b.of("realestate-transfer").ItemName || got.Args["stopped"] != strings.Join(names, "、") || got.Args["n"] != int64(4) {
			t.Error(got.Args)
		}
		if n := len(b.told(messages.BundleStopped)) + len(b.told(messages.BundleEnded)); n != 0 {
			t.Error(n, "other notices of the end")
		}
		if n := len(b.told(messages.CaseRefused)); n != 1 {
			t.Error(n, "refusals told")
		}
	})
}

var digging = map[string]string{"dig": "是", "green": "是"}

// house files the bundle whose connections wait for two departments: the town about
// the homestead, the office of natural resources about the plan.
func house(t *testing.T, a *app.App, login string) *together {
	t.Helper()
	b := fileBundle(t, a, apptest.As(t, a, login, gov.Web), "rural-house", nil, "power-new", "water-new")
	if one, other := b.of("homestead-approval"), b.of("rural-plan-permit"); one.Body == other.Body {
		t.Fatal("both are handled by", one.BodyName)
	}
	return b
}

// What is refused beside others stops only its own dependents: those of both.
func TestWhatGoesOn(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		b := house(t, a, "resident1")
		b.bring("homestead-approval", rehearsal.Goal{State: cases.Refused})
		b.states(map[string]cases.State{"rural-plan-permit": cases.Submitted, "power-new": cases.Terminated, "water-new": cases.Terminated})
		got := b.exactlyTold(messages.BundleStopped)
		if got.Args["n"] != int64(2) || got.Args["going_n"] != int64(1) || got.Args["going"] != b.of("rural-plan-permit").ItemName {
			t.Error(got.Args)
		}
		if len(b.told(messages.BundleEnded)) != 0 {
			t.Error("the end was told while one goes on")
		}
		b.bring("rural-plan-permit", rehearsal.Goal{State: cases.Granted})
		b.exactlyTold(messages.BundleEnded)
	})
}

// What ended a case stays what ended it: the other predecessor was refused later, and
// to hand the first refusal over does not make that the earlier one.
func TestWhatEndedACaseStays(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, nil)
	b := house(t, a, "resident1")
	b.bring("homestead-approval", rehearsal.Goal{State: cases.Refused})
	b.bring("rural-plan-permit", rehearsal.Goal{State: cases.Refused})
	first := b.bring("homestead-approval", rehearsal.Goal{State: cases.Delivered})
	for _, item := range []string{"power-new", "water-new"} {
		if x := b.of(item); x.Cause != first.ID {
			t.Errorf("%s ended because of %s, not %s", item, x.Cause, first.ID)
		}
	}
}

// Two departments grant at the same instant: what waits for both opens once.
func TestTwoGrantsAtOneInstant(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		for range 3 {
			b := house(t, a, "resident2")
			before := []*cases.Case{}
			for _, item := range []string{"homestead-approval", "rural-plan-permit"} {
				before = append(before, b.bring(item, rehearsal.Goal{State: cases.Accepted, Step: cases.Approve}))
			}
			var wait sync.WaitGroup
			errs := make([]error, len(before))
			for i, c := range before {
				wait.Go(func() {
					_, errs[i] = a.Stage().Bring(t.Context(), b.applicant, c, rehearsal.Goal{State: cases.Granted})
				})
			}
			wait.Wait()
			for _, err := range errs {
				if err != nil {
					t.Fatal(err)
				}
			}
			for _, item := range []string{"power-new", "water-new"} {
				x := b.of(item)
				var begun int
				err := a.DB.Row(t.Context(), `SELECT count(*) FROM case_act WHERE cases = $1 AND act = 'begin'`, x.ID).Scan(&begun)
				if err != nil || begun != 1 || x.State != cases.Submitted {
					t.Errorf("%s is %s and was begun %d times, %v", item, x.State, begun, err)
				}
			}
		}
	})
}

// The corrections of two departments on one day are one message, and are answered
// one by one or together.
func TestCorrectionsOfTwoDepartments(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		b := house(t, a, "resident1")
		b.bring("homestead-approval", rehearsal.Goal{State: cases.Correcting})
		one := b.exactlyTold(messages.BundleCorrection)
		b.bring("rural-plan-permit", rehearsal.Goal{State: cases.Correcting})
		both := b.exactlyTold(messages.BundleCorrection)
		if both.ID == one.ID || both.Args["n"].(int64) <= one.Args["n"].(int64) || both.Link != "/applications/"+b.id+"/progress/correction" {
			t.Error(one.Args, both.Args, both.Link)
		}
		if len(b.told(messages.CaseCorrection)) != 0 {
			t.Error("a department's notice was told by itself as well")
		}
		x := b.application()
		land := b.of("homestead-approval")
		x, err := a.Applications.Amend(t.Context(), b.applicant, b.id, x.Version(), land.LocalItem)
		if err != nil || x.State != applications.Amending {
			t.Fatal(x, err)
		}
		b.states(map[string]cases.State{"homestead-approval": cases.Submitted, "rural-plan-permit": cases.Correcting})
		if x, err = a.Applications.Amend(t.Context(), b.applicant, b.id, x.Version()); err != nil || x.State != applications.Filed {
			t.Fatal(x, err)
		}
		b.states(map[string]cases.State{"rural-plan-permit": cases.Submitted})
	})
}

func (b *together) application() *applications.Application {
	b.t.Helper()
	x, err := b.a.Applications.Application(b.t.Context(), b.applicant, b.id)
	if err != nil {
		b.t.Fatal(err)
	}
	return x
}

// One member taken back ends what waits for it and nothing else; what waits can be
// forgone; and all of it can be taken back at once.
func TestTakingBack(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		person := apptest.As(t, a, "resident1", gov.Web)
		b := fileBundle(t, a, person, "joint-utility", digging)
		power := b.of("power-new")
		if _, err := a.Cases.Forgo(t.Context(), person, power.ID, power.Case.Version(), "不装了"); err != nil {
			t.Fatal(err)
		}
		b.states(map[string]cases.State{"power-new": cases.Withdrawn, "water-new": cases.Waiting, "road-occupy": cases.Submitted})
		road := b.of("road-occupy")
		if names := b.all().Stopped(road.ID); len(names) != 1 || names[0].Item != "water-new" {
			t.Error("would stop:", names)
		}
		if _, err := a.Cases.Withdraw(t.Context(), person, road.ID, road.Case.Version(), ""); err != nil {
			t.Fatal(err)
		}
		b.states(map[string]cases.State{"water-new": cases.Terminated, "green-occupy": cases.Submitted})
		b.exactlyTold(messages.BundleStopped)

		c := fileBundle(t, a, person, "joint-utility", digging)
		c.bring("road-occupy", rehearsal.Goal{State: cases.Granted})
		seen := c.all().Version()
		stranger := apptest.As(t, a, "resident2", gov.Web)
		if err := a.Cases.WithdrawAll(t.Context(), stranger, c.id, seen, ""); fault.KindOf(err) != fault.KindMissing {
			t.Error("a stranger:", err)
		}
		if err := a.Cases.WithdrawAll(t.Context(), person, c.id, seen-1, ""); !fault.Is(err, "cases.stale_together") {
			t.Error("not what was seen:", err)
		}
		if err := a.Cases.WithdrawAll(t.Context(), person, c.id, seen, "全不办了"); err != nil {
			t.Fatal(err)
		}
		c.states(map[string]cases.State{"road-occupy": cases.Granted, "green-occupy": cases.Withdrawn, "power-new": cases.Terminated, "water-new": cases.Terminated})
		ends := c.told(messages.BundleEnded)
		if len(ends) != 1 || ends[0].Args["fetch"] != int64(1) { // the other bundle still has one that runs
			t.Error("ends told:", ends)
		}
		if err := a.Cases.WithdrawAll(t.Context(), person, b.id, 0, ""); err != nil {
			t.Fatal(err)
		}
		if ends = b.told(messages.BundleEnded); len(ends) != 2 || ends[0].Args["fetch"].(int64)+ends[1].Args["fetch"].(int64) != 1 {
			t.Error("nothing is to be fetched of what was taken back:", ends)
		}
	})
}

// Who asked to have the results sent is not told to come for them.
func TestWhatIsSentIsNotToBeFetched(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		who := apptest.Handler(t, a, "handler1")
		x, err := a.Stage().FileBundle(t.Context(), who, rehearsal.Choice{Bundle: "open-catering-shop", Region: village,
			Answers: map[string]string{"area300": "否", "tobacco": "是"}, Way: cases.ByPost})
		if err != nil {
			t.Fatal(err)
		}
		b := &together{t, a, who, x.ID}
		sent, fetch := 0, int64(0)
		for _, m := range b.all() {
			switch c := b.bring(m.Item, rehearsal.Goal{State: cases.Granted}); {
			case c.DeliveryWay == cases.ByPost:
				sent++
			case c.Awaits == cases.Outlet:
				fetch++
			}
		}
		if got := b.exactlyTold(messages.BundleEnded); sent < 2 || got.Args["fetch"] != fetch || b.atOutlet() != fetch {
			t.Error(sent, "are sent:", got.Args)
		}
	})
}

// One outlet, one signature; one rating, which leaves alone what was rated apart.
func TestOneOutletOneRating(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *app.App) {
		person := apptest.As(t, a, "resident1", gov.Web)
		b := fileBundle(t, a, person, "second-hand-house", flat)
		for _, item := range []string{"deed-tax", "realestate-transfer", "realestate-mortgage", "power-transfer", "water-transfer", "gas-transfer"} {
			b.bring(item, rehearsal.Goal{State: cases.Granted})
		}
		waiting := b.atOutlet()
		got := b.exactlyTold(messages.BundleEnded)
		if waiting == 0 || got.Args["fetch"] != waiting || got.Args["granted"] != int64(6) || got.Args["other"] != int64(0) {
			t.Fatal(waiting, "wait:", got.Args)
		}
		outlet := gov.Actor{Account: "outlet-of-the-town", Name: "出件样例", Kind: gov.Staff, Channel: gov.Counter,
			Posts: []gov.Post{{ID: "p", Body: "hall", Region: "445100000000", Role: gov.RoleOutlet}}}
		if err := a.Cases.DeliverAll(t.Context(), outlet, b.id, b.all().Version(), cases.Handing{}); fault.KindOf(err) != fault.KindInvalid {
			t.Error("nobody signed:", err)
		}
		if err := a.Cases.DeliverAll(t.Context(), person, b.id, 0, cases.Handing{Recipient: "张示例"}); err == nil {
			t.Error("the applicant hands out his own results")
		}
		if err := a.Cases.DeliverAll(t.Context(), outlet, b.id, b.all().Version(), cases.Handing{Recipient: "张示例", Document: "居民身份证 99000019900101001X"}); err != nil {
			t.Fatal(err)
		}
		for _, x := range b.all() {
			if x.State != cases.Delivered {
				t.Error(x.ItemName, "is", x.State)
			}
		}
		b.exactlyTold(messages.BundleEnded)
		apart := b.of("power-transfer")
		if err := a.Ratings.Give(t.Context(), person, apart.ID, rating(4)); err != nil {
			t.Fatal(err)
		}
		if err := a.Ratings.GiveAll(t.Context(), apptest.As(t, a, "resident2", gov.Web), b.id, rating(1)); fault.KindOf(err) != fault.KindMissing {
			t.Error("a stranger rates:", err)
		}
		if err := a.Ratings.GiveAll(t.Context(), person, b.id, rating(1)); err != nil {
			t.Fatal(err)
		}
		for _, x := range b.all() {
			want := rating(1).Score
			if x.ID == apart.ID {
				want = 4
			}
			if got, err := a.Ratings.Of(t.Context(), x.ID); err != nil || got == nil || got.Score != want {
				t.Error(x.ItemName, got, err)
			}
		}
		if err := a.Ratings.GiveAll(t.Context(), person, b.id, rating(2)); !fault.Is(err, "cases.rated_already") {
			t.Error("twice:", err)
		}
	})
}

// A department sees of the others where they stand, and neither their cases nor
// what was filed for them.
func TestADepartmentSeesNoOthersAnswers(t *testing.T) {
	a := apptest.SQLite(t, nil)
	b := fileBundle(t, a, apptest.As(t, a, "resident1", gov.Web), "joint-utility", digging)
	for _, own := range b.all() {
		officer := officerAt(t, a, own.Body)
		all, err := a.Cases.Companions(t.Context(), officer, b.id)
		if err != nil || len(all) != len(b.all()) {
			t.Fatal(len(all), err)
		}
		for _, x := range all {
			here := officer.HasAt(gov.RoleOfficer, x.Body)
			if (x.Case != nil) != here {
				t.Errorf("%s sees the case of %s", own.BodyName, x.BodyName)
			}
			_, err := a.Applications.Application(t.Context(), officer, b.id+"/"+x.LocalItem)
			if begun := here && x.State != cases.Waiting; begun && err != nil || !begun && fault.KindOf(err) != fault.KindMissing {
				t.Errorf("%s reads the part of %s: %v", own.BodyName, x.BodyName, err)
			}
		}
	}
	if _, err := a.Cases.Companions(t.Context(), officerAt(t, a, "nowhere"), b.id); fault.KindOf(err) != fault.KindMissing {
		t.Error("a stranger:", err)
	}
}

// officerAt is somebody who handles cases at one body alone.
func officerAt(t *testing.T, a *app.App, body string) gov.Actor {
	t.Helper()
	return gov.Actor{Account: "officer-of-" + body, Name: "承办样例", Kind: gov.Staff, Channel: gov.Counter,
		Posts: []gov.Post{{ID: "p", Body: body, Region: village + "000", Role: gov.RoleOfficer}}}
}

func rating(score ratings.Score) ratings.Rating { return ratings.Rating{Score: score} }
