// Package identitytest makes people for tests: residents, companies with their
// handlers, staff with posts. Everything is made by playing the real acts, so a
// test stands on what the product would have in its tables.
//
//	k := identitytest.New(t, d)
//	body := k.NewBody("scjg", "990001", "市场监督管理局")
//	clerk := k.Clerk()
//	ann := k.Person("安心")
//	acme := k.Company("云上餐饮有限公司", ann)
//	acme.Handler // ann acting for the company
//
// Owns: the builders. Does not own: anything the product runs with.
//
// Words: as in identity. Tables: none of its own. Publishes: nothing. Reacts to:
// nothing.
package identitytest
