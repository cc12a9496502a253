// Package situations is how a bundle (一件事) is chosen: the answers to its
// situation questions (情形) as addresses and forms carry them, the optional
// members, and what comes of it in words: members, departments, what it asks
// beside what its items ask. The portal and the counter show the same.
//
// Owns: the names of these inputs, how they are read, the burden meter and the
// list of members as they are drawn.
//
// Does not own: which members the answers bring in and what they come to (see
// catalogue), the draft that is begun (see applications), the pages around it
// (see web/portal, web/counter).
//
// Words: bundle, situation, question, member, burden, meter.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
//
// # In a page
//
//	c, err := situations.Read(ctx, s.catalogue, id, q.URL.Query())
//	if len(c.Open) == 0 {
//		x, err := c.Sketch(ctx, s.catalogue) // nothing is kept by looking
//		@situations.Meter(x.Meter())
//	}
package situations
