// Package watermark draws a line of digits over a picture, so that a copy that goes
// astray tells of which one it is a copy.
//
// Owns: its seven-row digits, and where they are drawn.
//
// Does not own: what the digits say. Words in Chinese need a font that this program
// does not carry; the page that shows a copy writes them over it.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package watermark
