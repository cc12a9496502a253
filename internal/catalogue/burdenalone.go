package catalogue

// Burden is what the item asks when it is applied for by itself.
func (v *Version) Burden() Burden {
	b := Burden{Fields: len(v.Form), Visits: v.Item.Visits, Days: v.Item.CommitmentDays}
	for _, m := range v.Asked() {
		b.Materials++
		b.Copies += m.Copies
	}
	return b
}
