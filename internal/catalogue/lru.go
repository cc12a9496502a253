package catalogue

import (
	"container/list"
	"sync"
)

// lru keeps the values used last, up to a number. Values never change, so an
// entry is never stale, only unused.
type lru[V any] struct {
	mu    sync.Mutex
	most  int
	order *list.List // front = used last
	at    map[string]*list.Element
}

type kept[V any] struct {
	key   string
	value V
}

func newLRU[V any](most int) *lru[V] {
	return &lru[V]{most: most, order: list.New(), at: map[string]*list.Element{}}
}

func (c *lru[V]) get(key string) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[key]
	if !ok {
		var none V
		return none, false
	}
	c.order.MoveToFront(e)
	return e.Value.(kept[V]).value, true
}

func (c *lru[V]) put(key string, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.at[key]; ok {
		e.Value = kept[V]{key, value}
		c.order.MoveToFront(e)
		return
	}
	c.at[key] = c.order.PushFront(kept[V]{key, value})
	if c.order.Len() > c.most {
		last := c.order.Back()
		delete(c.at, last.Value.(kept[V]).key)
		c.order.Remove(last)
	}
}

func (c *lru[V]) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order.Init()
	clear(c.at)
}
