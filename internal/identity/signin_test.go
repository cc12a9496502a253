package identity_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"yimen/internal/gov"
	"yimen/internal/identity"
	"yimen/internal/identity/identitytest"
	"yimen/internal/platform/db"
	"yimen/internal/platform/fault"
)

func from(address string) identity.Origin {
	return identity.Origin{Address: address, Device: "test", Channel: gov.Web}
}

func TestSignUpNamesEveryDefectAtOnce(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		_, err := k.SignUp(ctx, identity.SignUpInput{
			PersonInput: identity.PersonInput{Name: "安", IDNumber: "990000190001020012", Phone: "123"},
			Login:       "13000000001", Password: "password"}, from(""))
		wantField(t, err, "name", "identity.name_length")
		wantField(t, err, "id_number", "identity.id_number_check")
		wantField(t, err, "phone", "identity.bad_phone")
		wantField(t, err, "login", "identity.bad_login")
		wantField(t, err, "password", "identity.password_common")

		ann := k.Declared("安心")
		if ann.Actor.Assurance != 0 || ann.Actor.Party == "" {
			t.Fatalf("%+v", ann.Actor)
		}
		_, err = k.SignUp(ctx, identity.SignUpInput{
			PersonInput: identity.PersonInput{Name: "安逸", IDNumber: k.IDNumber(), Phone: k.Phone()},
			Login:       strings.ToUpper(ann.Login), Password: identitytest.Password}, from(""))
		wantField(t, err, "login", "identity.login_taken")
	})
}

func TestPasswordRules(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		for password, code := range map[string]string{
			"short12":               "identity.password_short",
			strings.Repeat("长", 60): "identity.password_long",
			"newcomer01":            "identity.password_login",
			"NEWCOMER01":            "identity.password_login",
			"QwErTy123":             "identity.password_common",
			"zzzzzzzzzzzz":          "identity.password_common",
			"忙忙忙忙忙忙忙忙":              "identity.password_common",
			k.IDNumber():            "identity.password_common",
		} {
			_, err := k.SignUp(ctx, identity.SignUpInput{PersonInput: identity.PersonInput{Name: "安心", IDNumber: k.IDNumber(), Phone: k.Phone()},
				Login: "newcomer01", Password: password}, from(""))
			wantField(t, err, "password", code)
		}
	})
}

func TestFiveWrongPasswordsLockForAQuarterOfAnHour(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		ann := k.Person("安心")
		// The same story for a name nobody has: the answers must not tell them apart.
		for _, login := range []string{ann.Login, "nobodyhere"} {
			for range 5 {
				_, err := k.SignIn(ctx, login, "wrong-password", from(""))
				wantCode(t, err, "identity.sign_in_failed")
			}
			_, err := k.SignIn(ctx, login, identitytest.Password, from(""))
			wantCode(t, err, "identity.locked")
			if fault.KindOf(err) != fault.KindBusy {
				t.Errorf("%v", err)
			}
		}
		// by his ID number it is the same account, and the same lock
		_, err := k.SignIn(ctx, ann.IDNumber, identitytest.Password, from(""))
		wantCode(t, err, "identity.locked")
		if _, _, err := k.Authenticate(ctx, ann.Token); err != nil {
			t.Errorf("a stranger's guesses must not end the owner's session: %v", err)
		}
		h.pass(15*time.Minute - time.Second)
		_, err = k.SignIn(ctx, ann.Login, identitytest.Password, from(""))
		wantCode(t, err, "identity.locked")
		h.pass(time.Second)
		for _, login := range []string{ann.Login, ann.IDNumber, ann.Phone} {
			in, err := k.SignIn(ctx, login, identitytest.Password, from(""))
			noErr(t, err)
			if in.Actor.Party != ann.Party {
				t.Errorf("%s signs in somebody else", login)
			}
		}
		verify(t, k)
	})
}

func TestARightPasswordForgivesAndSecurityUnlocks(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann := k.Declared("安心")
		wrong := func(n int) {
			for range n {
				_, err := k.SignIn(ctx, ann.Login, "wrong-password", from(""))
				wantCode(t, err, "identity.sign_in_failed")
			}
		}
		wrong(4)
		_, err := k.SignIn(ctx, ann.Login, identitytest.Password, from(""))
		noErr(t, err)
		wrong(5)
		_, err = k.SignIn(ctx, ann.Login, identitytest.Password, from(""))
		wantCode(t, err, "identity.locked")
		wantCode(t, k.Unlock(ctx, k.Clerk(), ann.Actor.Account), "identity.denied")
		guard := k.Staff("安全员", k.Hall(), gov.RoleSecurity)
		noErr(t, k.Unlock(ctx, guard.Actor, ann.Actor.Account))
		_, err = k.SignIn(ctx, ann.Login, identitytest.Password, from(""))
		noErr(t, err)
	})
}

func TestManyGuessesAtOnceAreCountedOneByOne(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann := k.Declared("安心")
		var failed, locked atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				_, err := k.SignIn(ctx, ann.Login, "wrong-password", from(""))
				switch {
				case fault.Is(err, "identity.sign_in_failed"):
					failed.Add(1)
				case fault.Is(err, "identity.locked"):
					locked.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if failed.Load() != 5 || locked.Load() != 15 {
			t.Errorf("%d were told that the password is wrong, %d that the account is locked", failed.Load(), locked.Load())
		}
		_, err := k.SignIn(ctx, ann.Login, identitytest.Password, from(""))
		wantCode(t, err, "identity.locked")
		verify(t, k)
	})
}

func TestManyRightSignInsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann := k.Declared("安心")
		var all sync.WaitGroup
		for range 12 {
			all.Go(func() {
				if _, err := k.SignIn(ctx, ann.Login, identitytest.Password, from("")); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		open, err := k.Sessions(ctx, ann.Actor)
		noErr(t, err)
		if len(open) != 13 {
			t.Errorf("%d sessions", len(open))
		}
		verify(t, k)
	})
}

func TestThrottlesByAddressAndByName(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		limits := identity.DefaultLimits
		limits.PerAddress, limits.PerLogin = identity.Rate{Count: 6, Per: time.Minute}, identity.Rate{Count: 3, Per: time.Minute}
		limits.SignUps = identity.Rate{Count: 1, Per: time.Minute}
		k = identitytest.With(t, identity.Deps{DB: k.DB, Now: h.now, Limits: limits})
		for i := range 3 {
			_, err := k.SignIn(ctx, "somebody", "wrong-password", from("10.0.0.1"))
			if !fault.Is(err, "identity.sign_in_failed") {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		_, err := k.SignIn(ctx, "somebody", "wrong-password", from("10.0.0.2"))
		wantCode(t, err, "identity.too_many") // one name from everywhere
		for _, name := range []string{"somebody.a", "somebody.b", "somebody.c"} {
			_, err := k.SignIn(ctx, name, "wrong-password", from("10.0.0.1"))
			wantCode(t, err, "identity.sign_in_failed")
		}
		_, err = k.SignIn(ctx, "somebody.d", "wrong-password", from("10.0.0.1"))
		wantCode(t, err, "identity.too_many") // every name from one address
		signUp := func(login string) error {
			_, err := k.SignUp(ctx, identity.SignUpInput{PersonInput: identity.PersonInput{Name: "安心", IDNumber: k.IDNumber(), Phone: k.Phone()},
				Login: login, Password: identitytest.Password}, from("10.0.0.3"))
			return err
		}
		noErr(t, signUp("first.one"))
		wantCode(t, signUp("second.one"), "identity.too_many")
		h.pass(time.Minute)
		noErr(t, signUp("second.one"))
		h.pass(25 * time.Hour)
		noErr(t, k.Sweep(ctx))
		var left int
		noErr(t, k.DB.Row(ctx, `SELECT (SELECT count(*) FROM throttle) + (SELECT count(*) FROM sign_in_failure)`).Scan(&left))
		if left != 0 {
			t.Errorf("%d rows were not swept", left)
		}
	})
}

func TestTelephoneTwoPeopleShareSignsInNeither(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann, ben := k.Person("安心"), k.Person("本分")
		noErr(t, k.EditSelf(ctx, ben.Actor, identity.PersonInput{Phone: ann.Phone}))
		_, err := k.SignIn(ctx, ann.Phone, identitytest.Password, from(""))
		wantCode(t, err, "identity.sign_in_failed")
		// a number that was only declared signs nobody in
		cid := k.Declared("次第")
		_, err = k.SignIn(ctx, cid.IDNumber, identitytest.Password, from(""))
		wantCode(t, err, "identity.sign_in_failed")
	})
}

func TestSessionsEndByIdlenessByAgeAndByHand(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		ann, staff := k.Declared("安心"), k.Staff("甄审", k.Hall(), gov.RoleOfficer)
		alive := func(token string) bool {
			_, _, err := k.Authenticate(ctx, token)
			if err != nil && !identity.NotSignedIn(err) {
				t.Fatal(err)
			}
			return err == nil
		}
		h.pass(30*time.Minute - time.Second)
		if !alive(ann.Token) || !alive(staff.Token) {
			t.Fatal("ended too early")
		}
		h.pass(time.Second)
		if !alive(ann.Token) || alive(staff.Token) {
			t.Fatal("staff 30 minutes, residents 60")
		}
		// in use, a session goes on, but no longer than twelve hours
		for range 23 {
			_, session, err := k.Authenticate(ctx, ann.Token)
			noErr(t, err)
			noErr(t, k.Touch(ctx, session))
			h.pass(30 * time.Minute)
		}
		if alive(ann.Token) {
			t.Fatal("twelve hours are over")
		}
		in, err := k.SignIn(ctx, ann.Login, identitytest.Password, from(""))
		noErr(t, err)
		h.pass(59 * time.Minute)
		longer, err := k.Extend(ctx, in.Session)
		noErr(t, err)
		if longer.Ends() != h.now()+60*60*1e6 {
			t.Errorf("extended to %d", longer.Ends()-h.now())
		}
		noErr(t, k.SignOut(ctx, in.Token))
		if alive(in.Token) {
			t.Fatal("signed out")
		}
		_, err = k.Extend(ctx, longer)
		if !identity.NotSignedIn(err) {
			t.Errorf("an ended session was extended: %v", err)
		}
		for _, token := range []string{"", "x", strings.Repeat("a", 26), in.Session.ID} {
			if alive(token) {
				t.Errorf("%q opens a session", token)
			}
		}
	})
}

func TestTouchWritesAtMostOnceAMinute(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		ann := k.Declared("安心")
		seen := func() int64 {
			_, s, err := k.Authenticate(ctx, ann.Token)
			noErr(t, err)
			noErr(t, k.Touch(ctx, s))
			_, s, err = k.Authenticate(ctx, ann.Token)
			noErr(t, err)
			return int64(s.SeenAt)
		}
		first := seen()
		h.pass(59 * time.Second)
		if seen() != first {
			t.Error("written within the minute")
		}
		h.pass(2 * time.Second)
		if seen() != int64(h.now()) {
			t.Error("not written after the minute")
		}
	})
}

func TestOwnSessionsAreListedAndEnded(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann, ben := k.Declared("安心"), k.Declared("本分")
		other, err := k.SignIn(ctx, ann.Login, identitytest.Password, identity.Origin{Device: "phone", Channel: gov.Mobile})
		noErr(t, err)
		open, err := k.Sessions(ctx, ann.Actor)
		noErr(t, err)
		if len(open) != 2 {
			t.Fatalf("%+v", open)
		}
		wantCode(t, k.EndSession(ctx, ben.Actor, other.Session.ID), "identity.no_session")
		noErr(t, k.EndSession(ctx, ann.Actor, other.Session.ID))
		wantCode(t, k.EndSession(ctx, ann.Actor, other.Session.ID), "identity.no_session")
		if _, _, err := k.Authenticate(ctx, other.Token); !identity.NotSignedIn(err) {
			t.Error("the ended session lives")
		}
	})
}

func TestChangeOfPasswordEndsTheOtherSessions(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		ann := k.Declared("安心")
		other, err := k.SignIn(ctx, ann.Login, identitytest.Password, from(""))
		noErr(t, err)
		err = k.ChangePassword(ctx, ann.Actor, ann.Session.ID, "not-the-old-one", "quite-another-9")
		wantField(t, err, "old", "identity.password_wrong")
		err = k.ChangePassword(ctx, ann.Actor, ann.Session.ID, identitytest.Password, identitytest.Password)
		wantField(t, err, "new", "identity.password_same")
		noErr(t, k.ChangePassword(ctx, ann.Actor, ann.Session.ID, identitytest.Password, "quite-another-9"))
		if _, _, err := k.Authenticate(ctx, other.Token); !identity.NotSignedIn(err) {
			t.Error("who knew the old password is still in")
		}
		if _, _, err := k.Authenticate(ctx, ann.Token); err != nil {
			t.Error("the session that asked must go on")
		}
		_, err = k.SignIn(ctx, ann.Login, identitytest.Password, from(""))
		wantCode(t, err, "identity.sign_in_failed")
		_, err = k.SignIn(ctx, ann.Login, "quite-another-9", from(""))
		noErr(t, err)
		verify(t, k)
	})
}

func TestTemporaryPasswordGivesNoPowersAndRunsOut(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		officer := k.Staff("甄审", k.Hall(), gov.RoleOfficer)
		admin := k.Staff("管理员", k.Hall(), gov.RoleAdministrator)
		wantCode(t, func() error {
			_, err := k.ResetPassword(ctx, k.Clerk(), officer.Account.ID, "本人到场")
			return err
		}(), "identity.denied")
		temporary, err := k.ResetPassword(ctx, admin.Actor, officer.Account.ID, "本人到场，工作证")
		noErr(t, err)
		if _, _, err := k.Authenticate(ctx, officer.Token); !identity.NotSignedIn(err) {
			t.Error("a reset must end the sessions")
		}
		in, err := k.SignIn(ctx, officer.Login, temporary, from(""))
		noErr(t, err)
		if !in.Session.MustChange || len(in.Actor.Posts) != 0 || in.Actor.Has(gov.RoleOfficer) {
			t.Fatalf("%+v %+v", in.Session, in.Actor)
		}
		noErr(t, k.ChangePassword(ctx, in.Actor, in.Session.ID, temporary, "my-own-word-77"))
		actor, session, err := k.Authenticate(ctx, in.Token)
		noErr(t, err)
		if session.MustChange || !actor.Has(gov.RoleOfficer) {
			t.Fatalf("%+v %+v", session, actor)
		}
		temporary, err = k.ResetPassword(ctx, admin.Actor, officer.Account.ID, "本人到场，工作证")
		noErr(t, err)
		h.pass(73 * time.Hour)
		_, err = k.SignIn(ctx, officer.Login, temporary, from(""))
		wantCode(t, err, "identity.password_expired")
	})
}

func TestWhoMayResetWhosePassword(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		admin := k.Staff("管理员", k.Hall(), gov.RoleAdministrator).Actor
		guard := k.Staff("安全员", k.Hall(), gov.RoleSecurity)
		far := k.Staff("外地管理员", k.NewBody("zs", "990002", "另一县政数局"), gov.RoleAdministrator).Actor
		ann, ben := k.Person("安心"), k.Declared("本分")
		reset := func(actor gov.Actor, account string) error {
			_, err := k.ResetPassword(ctx, actor, account, "本人到场")
			return err
		}
		wantCode(t, reset(admin, ann.Actor.Account), "identity.denied") // he could read what he must not see
		wantCode(t, reset(admin, guard.Account.ID), "identity.denied")  // nor take security over
		wantCode(t, reset(far, k.Clerk().Account), "identity.denied")   // not his region
		wantCode(t, reset(guard.Actor, guard.Account.ID), "identity.denied")
		wantCode(t, reset(k.Clerk(), ben.Actor.Account), "identity.raise_first")
		noErr(t, reset(k.Clerk(), ann.Actor.Account))
		noErr(t, reset(guard.Actor, admin.Account))
		noErr(t, reset(admin, k.Clerk().Account))
	})
}

func TestWeakHashIsMadeAnewAtTheNextSignIn(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		ann := k.Declared("安心")
		stored := func() (hash string) {
			noErr(t, k.DB.Row(ctx, `SELECT password_hash FROM account WHERE id = $1`, ann.Actor.Account).Scan(&hash))
			return hash
		}
		before := stored()
		if !strings.HasPrefix(before, "$argon2id$v=19$m=8,t=1,p=1$") {
			t.Fatal(before)
		}
		strong := identitytest.With(t, identity.Deps{DB: k.DB, Ring: k.Ring, Book: k.Book, Now: h.now,
			Cost: identity.Cost{Memory: 64, Time: 2, Threads: 1}})
		_, err := strong.SignIn(ctx, ann.Login, identitytest.Password, from(""))
		noErr(t, err)
		if after := stored(); !strings.HasPrefix(after, "$argon2id$v=19$m=64,t=2,p=1$") {
			t.Error(after)
		}
		_, err = k.SignIn(ctx, ann.Login, identitytest.Password, from(""))
		noErr(t, err)
		if !strings.Contains(stored(), "m=64,t=2") {
			t.Error("made weaker again")
		}
		verify(t, k)
	})
}

func TestAnUnknownNameCostsTheSameTime(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		limits := identity.DefaultLimits
		limits.Failures = 1000
		k = identitytest.With(t, identity.Deps{DB: k.DB, Now: h.now, Cost: identity.Cost{Memory: 4096, Time: 3, Threads: 1}, Limits: limits})
		ann := k.Declared("安心")
		took := func(login string) time.Duration {
			best := time.Hour
			for range 7 {
				began := time.Now()
				_, err := k.SignIn(ctx, login, "wrong-password", from(""))
				wantCode(t, err, "identity.sign_in_failed")
				best = min(best, time.Since(began))
			}
			return best
		}
		var known, unknown time.Duration
		for range 5 { // a busy machine may spoil a round
			known, unknown = took(ann.Login), took("nobodyhere")
			if unknown > known/2 && unknown < 2*known {
				return
			}
		}
		t.Errorf("known %v, unknown %v", known, unknown)
	})
}

func TestSuspendedAccountsAreOutAtOnce(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		officer, guard := k.Staff("甄审", k.Hall(), gov.RoleOfficer), k.Staff("安全员", k.Hall(), gov.RoleSecurity)
		admin := k.Staff("管理员", k.Hall(), gov.RoleAdministrator)
		wantCode(t, k.Suspend(ctx, admin.Actor, officer.Account.ID, "调查期间停用"), "identity.denied")
		wantField(t, k.Suspend(ctx, guard.Actor, officer.Account.ID, " "), "reason", "identity.reason_required")
		noErr(t, k.Suspend(ctx, guard.Actor, officer.Account.ID, "调查期间停用"))
		wantCode(t, k.Suspend(ctx, guard.Actor, officer.Account.ID, "再次停用"), "identity.state")
		if _, _, err := k.Authenticate(ctx, officer.Token); !identity.NotSignedIn(err) {
			t.Error("still in")
		}
		_, err := k.SignIn(ctx, officer.Login, "wrong-password", from(""))
		wantCode(t, err, "identity.sign_in_failed") // only the right password learns of it
		_, err = k.SignIn(ctx, officer.Login, identitytest.Password, from(""))
		wantCode(t, err, "identity.suspended")
		noErr(t, k.Resume(ctx, guard.Actor, officer.Account.ID, "调查结束"))
		_, err = k.SignIn(ctx, officer.Login, identitytest.Password, from(""))
		noErr(t, err)
		noErr(t, k.Close(ctx, guard.Actor, officer.Account.ID, "调离"))
		wantCode(t, k.Resume(ctx, guard.Actor, officer.Account.ID, "想恢复"), "identity.state")
		wantCode(t, k.Suspend(ctx, guard.Actor, guard.Account.ID, "自己停自己"), "identity.denied")
		verify(t, k)
	})
}

func TestAbsurdInputIsRefusedQuietly(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, _ *hands) {
		for _, login := range []string{"", "\x00", strings.Repeat("a", 1<<16), "'; DROP TABLE account;--", "\u202eabc", "\xff\xfe", "%"} {
			_, err := k.SignIn(ctx, login, strings.Repeat("p", 1<<20), from(strings.Repeat("9", 1<<12)))
			if !fault.Is(err, "identity.sign_in_failed") {
				t.Errorf("%.20q: %v", login, err)
			}
			if e := errors.Unwrap(err); e != nil {
				t.Errorf("%.20q: %v", login, e)
			}
		}
	})
}

// The lock falls while a right password is being hashed: it must not slip through.
func TestLockFallsWhileTheRightPasswordIsHashed(t *testing.T) {
	each(t, func(t *testing.T, k *identitytest.Kit, h *hands) {
		slow := identitytest.With(t, identity.Deps{DB: k.DB, Ring: k.Ring, Book: k.Book, Now: h.now,
			Cost: identity.Cost{Memory: 32 << 10, Time: 8, Threads: 1}})
		ann := slow.Declared("安心")
		answer := make(chan error)
		go func() {
			_, err := slow.SignIn(ctx, ann.Login, identitytest.Password, from("10.0.0.9"))
			answer <- err
		}()
		for n := 0; n == 0; time.Sleep(time.Millisecond) { // the attempt is counted, then the failures are read
			noErr(t, k.DB.Row(ctx, `SELECT count(*) FROM throttle`).Scan(&n))
		}
		time.Sleep(30 * time.Millisecond)
		noErr(t, k.DB.Do(ctx, func(tx *db.Tx) error {
			return tx.Exec(ctx, `INSERT INTO sign_in_failure (key, count, last_at, locked_until) VALUES ($1, 5, $2, $3)`,
				k.Ring.Index("sign_in", "account:"+ann.Actor.Account), int64(h.now()), int64(h.now())+60e6)
		}))
		wantCode(t, <-answer, "identity.locked")
	})
}
