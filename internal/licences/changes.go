package licences

import (
	"context"
	"encoding/json"

	"yimen/internal/gov"
	"yimen/internal/platform/fault"
	"yimen/internal/platform/now"
)

// Entry is one change of a licence's status as its page tells it.
type Entry struct {
	Act     Act
	At      now.Instant
	Name    string // who did it
	From    State
	To      State
	Ground  string
	Article string
}

// Changes gives the issue and every change of status, oldest first, to those who
// see the licence.
func (s *Service) Changes(ctx context.Context, actor gov.Actor, l *Licence) ([]Entry, error) {
	lines, err := s.Trace(ctx, actor, l)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, len(lines))
	for i, line := range lines {
		out[i] = Entry{Act: Act(line.Act), At: line.At, Name: line.Name, From: State(line.From), To: State(line.To)}
		if line.Erased || line.Payload == nil {
			continue
		}
		var said Change
		if err := json.Unmarshal(line.Payload, &said); err != nil {
			return nil, fault.Internal(err, "licences.unreadable")
		}
		out[i].Ground, out[i].Article = said.Ground, said.Article
	}
	return out, nil
}

// Validate finds what is missing in a change of status, for a page that shows its
// form again.
func (in StatusChange) Validate() error { return in.tidy().validate() }
