package supervision

import (
	"encoding/json"

	"yimen/internal/platform/fault"
	"yimen/internal/platform/journal"
	"yimen/internal/platform/now"
)

// Told is an entry of the journal of a card or an order, with what was said in it.
type Told struct {
	At      now.Instant
	Name    string
	Act     string
	Version int64
	Said    Said
	Erased  bool // what was said is gone on purpose (已遮蔽)
}

// Tell opens what was said. The payload of a raise holds facts and no words.
func Tell(lines []journal.Line) ([]Told, error) {
	out := make([]Told, len(lines))
	for i, l := range lines {
		out[i] = Told{At: l.At, Name: l.Name, Act: l.Act, Version: l.Version, Erased: l.Erased}
		if len(l.Payload) == 0 || l.Act == string(ActRaise) {
			continue
		}
		if err := json.Unmarshal(l.Payload, &out[i].Said); err != nil {
			return nil, fault.Internal(err, "supervision.payload")
		}
	}
	return out, nil
}
