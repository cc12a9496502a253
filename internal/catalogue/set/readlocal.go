package set

import (
	"yimen/internal/gov"
)

// localAt is an override with its mapping, kept until all items are known.
type localAt struct {
	item LocalItem
	at   object
}

// localItems reads local_items.yaml, what places do differently.
func (r *reader) localItems() {
	root, ok := r.file(LocalItems, "local_items")
	if !ok {
		return
	}
	for _, n := range root.entries(LocalItems, "local_items") {
		o, ok := n.object("item", "region", "body", "commitment_days", "fee", "quantity_limit", "visits", "visit_reason",
			"channels", "place", "hours", "consult", "complain", "note")
		if !ok {
			continue
		}
		o.entry = ""
		item := o.text("item")
		o.entry = item
		l := LocalItem{
			Item: item, Region: o.textOr("region"), Body: o.textOr("body"), QuantityLimit: o.textOr("quantity_limit"),
			VisitReason: o.textOr("visit_reason"), Channels: o.textsOr("channels"), Place: o.textOr("place"),
			Hours: o.textOr("hours"), Consult: o.textOr("consult"), Complain: o.textOr("complain"), Note: o.textOr("note"),
			CommitmentDays: o.integerMaybe("commitment_days", 0, mostDays), Visits: o.integerMaybe("visits", 0, mostVisits),
		}
		if f, ok := o.get("fee"); ok && !f.null() {
			fee := o.fee("fee")
			l.Fee = &fee
		}
		if (l.Region == "") == (l.Body == "") {
			o.fail("region_or_body")
		}
		o.at("item").once(string(LocalItems), l.Item+"\x00"+l.Region+"\x00"+l.Body)
		r.local = append(r.local, localAt{l, o})
		r.set.Local = append(r.set.Local, l)
	}
}

func (o object) integerMaybe(key string, low, high int) *int {
	n, ok := o.get(key)
	if !ok || n.null() {
		return nil
	}
	i := n.integer(low, high)
	return &i
}

func (r *reader) checkLocal(l localAt) {
	shape, ok := r.shapes[l.item.Item]
	if !ok && l.item.Item != "" && !r.broken[Items] {
		l.at.at("item").fail("unknown_"+string(Items), "value", quote(l.item.Item))
	}
	if days := l.item.CommitmentDays; days != nil && shape.Longest > 0 && *days > shape.Longest {
		l.at.at("commitment_days").fail("over_statutory", "value", *days, "max", shape.Longest)
	}
	if l.item.Region == "" || r.broken[Regions] || r.has(Regions, l.item.Region) {
		return
	}
	if _, err := gov.ParseRegion(l.item.Region); err == nil && !r.set.Has(Regions) && r.known.Regions != nil {
		known, err := r.known.Regions(l.item.Region)
		if known || err != nil {
			r.err = err
			return
		}
	}
	l.at.at("region").fail("unknown_"+string(Regions), "value", quote(l.item.Region))
}
