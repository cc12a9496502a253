// Package gov is the kernel of government words shared by every context: who
// acts, where, and the public numbers that name people, bodies, items, cases
// and licences. It is pure: no I/O, no clock, standard library only.
//
// Owns: the actor and its posts and roles; regions (GB/T 2260); the formats and
// check digits of 公民身份号码 (GB 11643), 统一社会信用代码 (GB 32100), 实施编码,
// 办件编号 and 电子证照标识 (GB/T 36904); phone, account and post code formats;
// money in fen.
//
// Does not own: accounts, parties and mandates (see identity); which codes exist
// (see catalogue); dates and deadlines (see clock); wording of errors (see lang).
//
// Words: actor, post, role, body, region, item code, case number, licence
// identifier, fen.
//
// Tables: none.
//
// Publishes: nothing.
//
// Reacts to: nothing.
package gov
