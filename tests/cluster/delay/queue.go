package delay

import (
	"sync"
	"time"
)

// A queue holds what is on its way in one direction. It is bounded by bytes, as
// a network is by bandwidth times delay: 64 MiB in 10 ms would be 50 Gbit/s, so
// in practice only a receiver that has stopped reading fills it.
const capacity = 64 << 20

type chunk struct {
	due     time.Time
	content []byte // nil = end of the stream
}

type queue struct {
	lock   sync.Mutex
	change *sync.Cond
	chunks []chunk
	bytes  int
	broken bool // the receiving side is gone
}

func newQueue() *queue {
	q := &queue{}
	q.change = sync.NewCond(&q.lock)
	return q
}

// push waits while the queue is full; false = nobody takes it any more.
func (q *queue) push(c chunk) bool {
	q.lock.Lock()
	defer q.lock.Unlock()
	for q.bytes >= capacity && !q.broken {
		q.change.Wait()
	}
	q.chunks = append(q.chunks, c)
	q.bytes += len(c.content)
	q.change.Broadcast()
	return !q.broken
}

// pop waits until the first chunk is due and returns it with everything that
// is due by then, so that many small writes do not become slower than they were.
func (q *queue) pop() []chunk {
	q.lock.Lock()
	defer q.lock.Unlock()
	for len(q.chunks) == 0 {
		q.change.Wait()
	}
	first := q.chunks[0].due
	q.lock.Unlock()
	time.Sleep(time.Until(first))
	q.lock.Lock()
	now := time.Now()
	count := 1
	for count < len(q.chunks) && !q.chunks[count].due.After(now) {
		count++
	}
	due := q.chunks[:count:count]
	q.chunks = q.chunks[count:]
	for _, c := range due {
		q.bytes -= len(c.content)
	}
	q.change.Broadcast()
	return due
}

func (q *queue) breakOff() {
	q.lock.Lock()
	defer q.lock.Unlock()
	q.broken = true
	q.change.Broadcast()
}
