package supervision

import (
	"testing"

	"yimen/internal/cases"
	"yimen/internal/clock"
)

// TestWhatAnActLeavesBehindIsRaised: the program was down over the midnights, the
// case moves on before anybody ticks: the stage that ended late has its card at the
// act that left it, and so has the procedure that took longer than told; once.
func TestWhatAnActLeavesBehindIsRaised(t *testing.T) {
	each(t, func(k *kit) {
		c := k.accepted("scjg@1", 20, 0)
		k.moveTo("2026-03-10", 9)
		c.Step, c.Awaits, c.Overran = cases.Review, cases.Reviewer, &cases.Overran{Step: cases.Handle, Due: clock.MustDate("2026-03-05")}
		k.watch(c)
		k.cards(c, "step/handle 2026-03-06 raised")
		k.watch(c)
		c.Overran = nil
		k.watch(c)
		k.tick()
		k.cards(c, "step/handle 2026-03-06 raised")

		c = k.accepted("scjg@1", 20, 0)
		act(c, *k.at, clock.Suspend) // told: three working days, so to the 13th, a Friday
		k.watch(c)
		k.moveTo("2026-03-13", 9)
		early := k.accepted("scjg@1", 20, 0)
		act(early, *k.at, clock.Suspend)
		k.watch(early)
		k.moveTo("2026-03-16", 9)
		act(early, *k.at, clock.Resume)
		k.watch(early)
		k.cards(early)
		act(c, *k.at, clock.Resume)
		k.watch(c)
		k.cards(c, "procedure/听证 2026-03-14 raised")
		k.tick()
		k.watch(c)
		k.cards(c, "procedure/听证 2026-03-14 raised")
		k.verified()
	})
}

// TestAWithdrawalLeavesNothingOut: who takes back while a procedure has overrun.
func TestAWithdrawalLeavesNothingOut(t *testing.T) {
	each(t, func(k *kit) {
		c := k.accepted("scjg@1", 20, 0)
		act(c, *k.at, clock.Suspend)
		k.watch(c)
		k.moveTo("2026-03-09", 9)
		act(c, *k.at, clock.Withdraw)
		k.watch(c)
		k.cards(c, "procedure/听证 2026-03-06 raised")
		k.tick()
		k.cards(c, "procedure/听证 2026-03-06 raised")
	})
}
