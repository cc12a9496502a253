// Package rehearsal plays cases through the real acts: for fixtures in
// development, for tests, and for measuring. It holds no short cut: what it
// reaches, people could have reached by pressing buttons.
//
// Owns: sample answers, the cast of a play, the way to a state.
//
// Does not own: any rule; every act is its context's.
//
// Words: stage, cast, play.
//
// Tables: none. Publishes: nothing. Reacts to: nothing.
package rehearsal
