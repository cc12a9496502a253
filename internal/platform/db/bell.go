package db

import "sync"

// bell wakes listeners inside this process.
type bell struct {
	mu   sync.Mutex
	next int
	ears map[string]map[int]func()
}

func (b *bell) hear(channel string, wake func()) (stop func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ears == nil {
		b.ears = map[string]map[int]func(){}
	}
	if b.ears[channel] == nil {
		b.ears[channel] = map[int]func(){}
	}
	n := b.next
	b.next++
	b.ears[channel][n] = wake
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.ears[channel], n)
	}
}

func (b *bell) ring(channel string) {
	b.mu.Lock()
	var wake []func()
	for _, f := range b.ears[channel] {
		wake = append(wake, f)
	}
	b.mu.Unlock()
	for _, f := range wake {
		f()
	}
}
