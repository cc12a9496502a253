package merge

import "slices"

// bits is a set of members by place.
type bits []uint64

func newBits(n int) bits      { return make(bits, (n+63)/64) }
func (b bits) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bits) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }
func (b bits) add(other bits) {
	for i := range b {
		b[i] |= other[i]
	}
}
func (b bits) places(n int) []int {
	var out []int
	for i := range n {
		if b.has(i) {
			out = append(out, i)
		}
	}
	return out
}

// link works out who comes before whom. It gives the members that wait for each
// other, in a circle, when the order cannot be kept.
func (m *Merged) link() (circle []string) {
	n := len(m.Members)
	m.after, m.before = make([][]int, n), make([]bits, n)
	for i := range m.Members {
		for _, item := range m.Members[i].DependsOn {
			if p, ok := m.index[item]; ok && !slices.Contains(m.after[i], p) {
				m.after[i] = append(m.after[i], p)
			}
		}
		slices.Sort(m.after[i])
	}
	order, circle := m.sorted()
	if circle != nil {
		return circle
	}
	layer := make([]int, n)
	for _, i := range order {
		m.before[i] = newBits(n)
		for _, p := range m.after[i] {
			m.before[i].set(p)
			m.before[i].add(m.before[p])
			layer[i] = max(layer[i], layer[p]+1)
		}
	}
	for i, l := range layer {
		for len(m.Layers) <= l {
			m.Layers = append(m.Layers, nil)
		}
		m.Layers[l] = append(m.Layers[l], m.Members[i].Item)
	}
	return nil
}

// sorted gives every member after its predecessors.
func (m *Merged) sorted() (order []int, circle []string) {
	const open, done = 1, 2
	state := make([]uint8, len(m.Members))
	var path []int
	var walk func(i int) bool
	walk = func(i int) bool {
		switch state[i] {
		case done:
			return true
		case open:
			at := slices.Index(path, i)
			circle = append(m.names(path[at:]), m.Members[i].Item)
			return false
		}
		state[i] = open
		path = append(path, i)
		for _, p := range m.after[i] {
			if !walk(p) {
				return false
			}
		}
		path = path[:len(path)-1]
		state[i] = done
		order = append(order, i)
		return true
	}
	for i := range m.Members {
		if !walk(i) {
			return nil, circle
		}
	}
	return order, nil
}

// measure finds the longest chain by promised days. Of equals the one whose
// members stand first is taken (data README).
func (m *Merged) measure() {
	n := len(m.Members)
	total, from := make([]int, n), make([]int, n)
	order, _ := m.sorted()
	last := -1
	for _, i := range order {
		from[i] = -1
		for _, p := range m.after[i] {
			if from[i] < 0 || total[p] > total[from[i]] {
				from[i] = p
			}
		}
		total[i] = m.Members[i].Days
		if from[i] >= 0 {
			total[i] += total[from[i]]
		}
		m.SumDays += m.Members[i].Days
	}
	for i := range n {
		if last < 0 || total[i] > total[last] {
			last = i
		}
	}
	if last < 0 {
		return
	}
	m.PathDays = total[last]
	for i := last; i >= 0; i = from[i] {
		m.Path = append(m.Path, m.Members[i].Item)
	}
	slices.Reverse(m.Path)
}
